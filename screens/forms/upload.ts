import { statSync, type Stats } from 'node:fs';
import path from 'node:path';
import { clean, fit, truncate } from '../../components/text.ts';
import { bytes } from '../../components/units.ts';
import { contentByName } from '../../src/operations/storage-fetch.ts';
import type { Field, FormDefinition, Values } from '../../src/ui/form.ts';
import { filesLike, pathOfText, type LocalFile } from '../../src/ui/localFiles.ts';
import type { Drawing } from '../../src/ui/screen.ts';
import { contentName } from '../storage/words.ts';
import { checksumField, nameField } from './fileFields.ts';
import { fileKinds, freeOf, placeField, placeOfAnswer, storageOf, type FileKind } from './filePlaces.ts';

/** Columns of a path in what is said of it. */
const longestShown = 60;

/** Files shown below the path that is being typed. */
const mostShown = 8;

const takenEndings =
  'ISO images end with .iso or .img, templates with .tar.zst, .tar.xz, .tar.gz, disk images with .qcow2, .raw, .vmdk or .ova.';

/** What lies at a path, or why that cannot be said: a folder may be closed to this person, a name too long. */
const lookAt = (file: string): Stats | string => {
  try {
    return statSync(file, { throwIfNoEntry: false }) ?? `There is no file ${file} on this machine.`;
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message.replace(/, stat .*$/s, '') : String(thrown);
    return `${truncate(file, longestShown)} cannot be looked at: ${why}`;
  }
};

/** Looked at once, when a person says that this is the file. */
const checkFile = (text: string): string | undefined => {
  const file = pathOfText(text);
  const found = lookAt(file);
  if (typeof found === 'string') return found;
  if (found.isDirectory()) return `${file} is a folder: name a file in it.`;
  return contentByName(file) === undefined ? `No storage takes ${path.basename(file)}: ${takenEndings}` : undefined;
};

/** What can be brought, before what cannot. */
const candidates = (app: Drawing['app'], typed: string): readonly LocalFile[] | undefined =>
  filesLike(app, typed)?.filter(({ text, isFolder }) => isFolder || contentByName(text) !== undefined);

const kindsOf = ({ file = '' }: Values): readonly FileKind[] => {
  const kind = contentByName(file);
  return kind === undefined ? fileKinds : [kind];
};

const fields = (values: Values, { app }: Drawing): readonly Field[] => [
  {
    kind: 'text',
    name: 'file',
    label: 'File',
    required: true,
    help: 'a file of this machine; right arrow completes what is unambiguous',
    placeholder: '~/Downloads/debian-13.iso',
    suggestions: (candidates(app, values['file'] ?? '') ?? []).map(({ text }) => text),
    check: checkFile,
  },
  placeField(app, kindsOf(values)),
  nameField((values['file'] ?? '').split('/').at(-1) ?? ''),
  checksumField,
];

const fileLine = ({ text, isFolder, sizeBytes }: LocalFile): string =>
  `  ${fit(clean(path.basename(text)) + (isFolder ? '/' : ''), 44)} ${sizeBytes === undefined ? '' : bytes(sizeBytes).padStart(8)}`.trimEnd();

/** Below a path: what it can become, or what the file is and how much room it leaves. */
const notes = (values: Values, { app, look }: Drawing): readonly string[] => {
  const typed = values['file'] ?? '';
  const found = candidates(app, typed) ?? [];
  const exact = found.find(({ text, isFolder }) => text === typed && !isFolder);
  if (exact?.sizeBytes !== undefined) {
    const storage = storageOf(app, values['place']);
    const kind = contentByName(typed);
    const what = `${bytes(exact.sizeBytes)}, goes to the ${kind === undefined ? 'files' : contentName(kind)}`;
    if (storage === undefined) return [look.paint('muted', what), ''];
    const left = freeOf(storage) - exact.sizeBytes;
    const name = clean(storage.storage);
    return [
      left < 0
        ? look.paint('warn', `${look.glyphs.warning} ${what}: ${bytes(-left)} more than ${name} has free`)
        : look.paint('muted', `${what}; leaves ${bytes(left)} free on ${name}`),
      '',
    ];
  }
  if (found.length === 0) return [];
  const rest = found.length - mostShown;
  return [
    ...found.slice(0, mostShown).map((one) => look.paint('muted', fileLine(one))),
    ...(rest > 0 ? [look.paint('muted', `  ${truncate(`${String(rest)} more`, 44)}`)] : []),
    '',
  ];
};

/** Asks for a file of this machine and where it goes; `start` are answers that are known. */
export const uploadForm = (start: Values): FormDefinition => ({
  title: 'Upload a file to a storage',
  verb: 'Upload',
  pages: [{ title: 'File', fields, notes }],
  start,
  call: ({ file = '', place, name = '', checksum = '' }) => ({
    name: 'storage.upload',
    input: {
      file: pathOfText(file),
      ...placeOfAnswer(place),
      ...(name !== '' && { name }),
      ...(checksum !== '' && { checksum }),
    },
  }),
});
