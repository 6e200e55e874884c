import { clean } from '../../components/text.ts';
import { contentByName } from '../../src/operations/storage-fetch.ts';
import type { Field, FormDefinition, Values } from '../../src/ui/form.ts';
import type { Drawing } from '../../src/ui/screen.ts';
import { checksumField, nameField } from './fileFields.ts';
import { fileKinds, placeField, placeOfAnswer, type FileKind } from './filePlaces.ts';

const nameOfUrl = (text: string): string => {
  const url = URL.parse(text);
  return url === null ? '' : (url.pathname.split('/').at(-1) ?? '');
};

const checkUrl = (text: string): string | undefined => {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return 'A URL begins with http:// or https://.';
  return url.hostname === '' ? 'This URL names no server.' : undefined;
};

const kindsOf = ({ url = '', name = '' }: Values): readonly FileKind[] => {
  const kind = contentByName(name === '' ? nameOfUrl(url) : name);
  return kind === undefined ? fileKinds : [kind];
};

const fields = (values: Values, { app }: Drawing): readonly Field[] => [
  {
    kind: 'text',
    name: 'url',
    label: 'URL',
    required: true,
    help: 'the node loads it itself: it must reach that server',
    placeholder: 'https://',
    check: checkUrl,
  },
  placeField(app, kindsOf(values)),
  nameField(nameOfUrl(values['url'] ?? '')),
  checksumField,
  {
    kind: 'toggle',
    name: 'verify',
    label: 'Verify TLS',
    usual: 'on',
    help: 'off: the certificate of that server is not looked at',
  },
];

const notes = ({ place }: Values, { look }: Drawing): readonly string[] => {
  const node = placeOfAnswer(place)?.node;
  return node === undefined ? [] : [look.paint('muted', `${clean(node)} asks that server for name and size first`), ''];
};

/** Asks for a URL that a node downloads to a storage; `start` are answers that are known. */
export const downloadUrlForm = (start: Values): FormDefinition => ({
  title: 'Download from a URL to a storage',
  verb: 'Download',
  pages: [{ title: 'URL', fields, notes }],
  start,
  call: ({ url = '', place, name = '', checksum = '', verify }) => ({
    name: 'storage.download-url',
    input: {
      url,
      ...placeOfAnswer(place),
      ...(name !== '' && { name }),
      ...(checksum !== '' && { checksum }),
      ...(verify === 'off' && { insecure: true }),
    },
  }),
});
