import * as z from 'zod';
import type { Look } from '../../components/look.ts';
import { clean } from '../../components/text.ts';
import type { Guest } from '../../src/models/cluster.ts';
import { asProxdeckError, ProxdeckError } from '../../src/models/error.ts';
import { waitsForStart } from '../../src/operations/guest-pending.ts';
import { changeFields, changesOf, type Changes } from '../../src/operations/guest-set-changes.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Field, FormDefinition, Page, Values } from '../../src/ui/form.ts';
import { selectorOf } from '../../src/ui/lacking.ts';
import type { Drawing } from '../../src/ui/screen.ts';
import { settingsOf, type Settings } from './settings.ts';
import { tellChanged } from './tellChanged.ts';
import { machineParts } from './edit/machine.ts';
import { mountParts } from './edit/mounts.ts';
import { networkParts, newDevice } from './edit/network.ts';
import { together, type Part, type Wanted } from './edit/part.ts';
import { networkFields } from './parts/network.ts';

/** Editing a guest: its settings with what they are now beside, and what becomes of each change. */

/** Its settings are read again this often while they are edited: somebody else may change them, in milliseconds. */
const everyMs = 5000;

/** Answers of the page of a new device that are about the whole guest. */
const ofTheGuest = new Set(['nameserver', 'searchdomain']);

const reading: Field = {
  kind: 'choice',
  name: 'reading',
  label: 'Its settings',
  choices: undefined,
  help: 'they are being read',
};

const wantedInput = z.object(changeFields);

/** What would be changed, by the rules of the operation; undefined while answers do not go together. */
const changesBy = ({ type }: Guest, settings: Settings, wanted: Wanted): Changes | undefined => {
  const { data } = wantedInput.safeParse(wanted);
  if (data === undefined) return undefined;
  try {
    return changesOf(type, settings, data);
  } catch (thrown) {
    if (asProxdeckError(thrown).code === 'usage') return undefined;
    throw thrown;
  }
};

const fate = (guest: Guest, settings: Settings, key: string, value: string | null): string => {
  if (guest.status === 'stopped') return '';
  return waitsForStart(guest.type, settings, key, value) ? 'waits for the next start' : 'at once';
};

/** A line a change: what it was, what it becomes, and when. */
const changeNotes = (guest: Guest, settings: Settings, changes: Changes, look: Look): readonly string[] => {
  const width = Math.max(0, ...[...changes.keys()].map((key) => key.length));
  return [...changes].map(([key, value]) => {
    const when = fate(guest, settings, key, value);
    const token = when === 'waits for the next start' ? 'warn' : 'muted';
    const texts = `${clean(settings[key]?.trim() ?? 'not set')} → ${clean(value ?? 'not set')}`;
    return `${key.padEnd(width)}  ${texts}${when === '' ? '' : `  ${look.paint(token, when)}`}`;
  });
};

/** The settings that the person saw first: what differs from them now was changed by somebody else. */
class Seen {
  /** An answer of before this moment is not what the person edits. */
  readonly #since: number;
  first: Settings | undefined;
  now: Settings = {};
  digest: string | undefined;

  constructor(since: number) {
    this.#since = since;
  }

  look({ app }: Drawing, guest: Guest): Settings | undefined {
    // Said in full, so that it is asked at its own pace and not at that of the tabs.
    const { value, at = 0 } = app.look('guest.config', { guest: guest.id, current: false }, { dwellMs: 0, everyMs });
    if (value === undefined || at < this.#since) return undefined;
    this.now = settingsOf(value);
    this.digest = typeof value['digest'] === 'string' ? value['digest'] : undefined;
    this.first ??= this.now;
    return this.now;
  }

  /** What somebody else has changed meanwhile, a line each. */
  theirs(look: Look): readonly string[] {
    const { first = {}, now } = this;
    const keys = [...new Set([...Object.keys(first), ...Object.keys(now)])].filter((key) => first[key] !== now[key]);
    return keys.map((key) =>
      look.paint(
        'warn',
        `${look.glyphs.warning} somebody else changed ${key} meanwhile: ${clean(first[key] ?? 'not set')} → ${clean(now[key] ?? 'not set')}`,
      ),
    );
  }
}

/** Settings that have a field of another name. */
const fieldNames: Readonly<Record<string, string>> = { hostname: 'name' };
const onFirstPage = new Set('name cores memory swap onboot protection tags description features'.split(' '));

/** Where a setting is edited; undefined for what the form does not ask. */
const placeOf = (key: string): FormDefinition['at'] => {
  const field = fieldNames[key] ?? key;
  if (onFirstPage.has(field)) return { page: 0, field };
  if (/^net\d+$/.test(key)) return { page: 1, field: `${key}.bridge` };
  return /^mp\d+$/.test(key) ? { page: 2, field: `${key}.mp` } : undefined;
};

/** Whether the form asks for a setting of a guest. */
export const isAsked = ({ type }: Guest, key: string): boolean =>
  placeOf(key) !== undefined && (type === 'lxc' || !/^(?:swap|features)$/.test(key));

/** Edits a guest, beginning at a setting; `start` are answers of another time. */
export const editForm = (app: AppModel, guest: Guest, start: Values = {}, key = ''): FormDefinition => {
  const at = placeOf(key);
  const seen = new Seen(app.now());
  const partsOf = (settings: Settings, values: Values): readonly Part[] => [
    ...machineParts(app, guest, settings),
    ...networkParts(app, guest, settings),
    ...mountParts(app, guest, settings, values),
  ];
  const wantedBy = (settings: Settings, values: Values): Wanted =>
    together([...partsOf(settings, values).map(({ wanted }) => wanted(values)), newDevice(settings, values)]);
  const page = (title: string, parts: (settings: Settings, values: Values) => readonly Field[]): Page => ({
    title,
    fields: (values, drawing) => {
      const settings = seen.look(drawing, guest);
      return settings === undefined ? [reading] : parts(settings, values);
    },
    notes: (values, { look }) => {
      const changes = changesBy(guest, seen.now, wantedBy(seen.now, values));
      const mine = changes === undefined ? [] : changeNotes(guest, seen.now, changes, look);
      return [...seen.theirs(look), ...mine, ...(mine.length > 0 ? [''] : [])];
    },
  });
  const fieldsOf = (parts: readonly Part[]): readonly Field[] => parts.flatMap(({ fields }) => fields);
  const newNet: Field = { kind: 'toggle', name: 'newNet', label: 'One more', help: 'another network device' };
  return {
    title: `Edit ${String(guest.vmid)} ${guest.name}`,
    verb: 'Change',
    start,
    ...(at !== undefined && { at }),
    pages: [
      page('Machine', (settings) => fieldsOf(machineParts(app, guest, settings))),
      page('Network', (settings) => [...fieldsOf(networkParts(app, guest, settings)), newNet]),
      {
        ...page('New device', (_settings, values) =>
          networkFields(app, { ...values, node: guest.node }, { addresses: guest.type === 'lxc' }).filter(
            ({ name }) => !ofTheGuest.has(name),
          ),
        ),
        when: ({ newNet: wanted }) => wanted === 'on',
      },
      ...(guest.type === 'lxc'
        ? [page('Mount points', (settings, values) => fieldsOf(mountParts(app, guest, settings, values)))]
        : []),
    ],
    call: (values) => {
      const wanted = wantedBy(seen.now, values);
      if (Object.keys(wanted).length === 0)
        throw new ProxdeckError('usage', 'Nothing is changed yet.', { hint: 'Esc goes back to the answers.' });
      const { digest } = seen;
      return {
        name: 'guest.set',
        input: { guest: selectorOf(guest), ...wanted, ...(digest !== undefined && { digest }) },
      };
    },
    ended: (ended, answers) =>
      void tellChanged(app, guest, ended, async () => app.openForm(editForm(app, guest, answers))),
  };
};
