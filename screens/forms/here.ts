import type { Field } from '../../src/operations/fields.ts';
import type { AppModel } from '../../src/ui/app.ts';
import { guestList } from '../guests/columns.ts';
import { nodeList } from '../nodes/columns.ts';
import { storageList } from '../storage/columns.ts';

type Given = Readonly<Record<string, unknown>>;

/** What stands under the cursor, as an operation is told of it: the marked guests, a node, a storage with its node. */
const hereOf = (app: AppModel): Readonly<Record<string, readonly string[]>> => {
  switch (app.state.screen) {
    case 'guests':
      return {
        guest: app
          .list('guests', guestList)
          .chosen()
          .map(({ vmid, context, id }) => (context === undefined ? String(vmid) : id)),
      };
    case 'nodes': {
      const node = app.list('nodes', nodeList).current();
      return node === undefined ? {} : { node: [node.node] };
    }
    case 'storage': {
      const row = app.list('storage', storageList).current();
      return row === undefined ? {} : { storage: [row.place.storage], node: [row.place.node] };
    }
    default:
      return {};
  }
};

/** Returns an input with what is missing of it and stands under the cursor. */
export const withWhatIsHere = (app: AppModel, fields: readonly Field[], given: Given): Given => {
  const here = hereOf(app);
  const found = fields.flatMap(({ key, required, completes = '', many }): [string, unknown][] => {
    const values = here[completes] ?? [];
    if (!required || given[key] !== undefined || values.length === 0) return [];
    return [[key, many ? values : values[0]]];
  });
  return { ...Object.fromEntries(found), ...given };
};
