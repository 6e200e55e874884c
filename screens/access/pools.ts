import { clean } from '../../components/text.ts';
import { counted } from '../../components/units.ts';
import type { ResultOf } from '../../src/operations/catalog.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Line } from '../../src/ui/details.ts';
import { mayNot } from '../../src/ui/mayNot.ts';
import type { Area, Drawing } from '../../src/ui/screen.ts';
import type { MenuItem } from '../../src/ui/state.ts';
import { answerLines } from '../answerLines.ts';
import { accessLooking, sectionOf, textFields } from './section.ts';

/** Pools: groups of guests and storages that somebody is given rights on at once. */

type PoolRow = ResultOf<'pool.list'>[number];

const memberLine = ({ id, type, name, node, status }: ResultOf<'pool.show'>[number], { app, look }: Drawing): Line => {
  const isGuest = type === 'lxc' || type === 'qemu';
  const label = isGuest ? `${id.split('/').at(-1) ?? id} ${name ?? ''}` : (id.split('/').at(-1) ?? id);
  const about = [isGuest ? '' : type, node ?? '', status ?? ''].filter((text) => text !== '').join('  ');
  return {
    text: `${clean(label)}  ${look.paint('muted', clean(about))}`,
    copy: id,
    ...(isGuest && { open: () => app.goTo('guests', { id }) }),
  };
};

const lines = ({ poolid, comment }: PoolRow, drawing: Drawing & Area): readonly (string | Line)[] => {
  const { app, look } = drawing;
  const answer = app.look('pool.show', { pool: poolid });
  const members = answer.value ?? [];
  return [
    ...(comment === undefined || comment === '' ? [] : [clean(comment), '']),
    ...answerLines(answer, drawing),
    ...(answer.value?.length === 0 ? [look.paint('muted', 'nothing lies in it that this login may see')] : []),
    ...members.map((one) => memberLine(one, drawing)),
  ];
};

export const pools = (app: AppModel) =>
  sectionOf<PoolRow>({
    id: 'pools',
    title: 'pools',
    rows: () => app.look('pool.list', {}, accessLooking),
    idOf: ({ poolid }) => poolid,
    columns: [
      {
        id: 'pool',
        title: 'pool',
        width: 16,
        flex: { share: 1, most: 36 },
        priority: 0,
        cell: ({ poolid }) => ({ text: clean(poolid) }),
        sortKey: ({ poolid }) => poolid,
      },
      {
        id: 'guests',
        title: 'guests',
        width: 6,
        align: 'right',
        priority: 0,
        cell: ({ vms }) => ({ text: String(vms.length), ...(vms.length === 0 && { token: 'muted' as const }) }),
        sortKey: ({ vms }) => vms.length,
      },
      {
        id: 'comment',
        title: 'comment',
        width: 16,
        flex: { share: 2, most: 80 },
        priority: 1,
        cell: ({ comment = '' }) => ({ text: clean(comment), token: 'muted' }),
        sortKey: ({ comment = '' }) => comment,
      },
    ],
    filterFields: ({ poolid, comment }) => textFields([poolid, comment], { name: [poolid] }),
    empty: 'no pools that this login may see: n makes one',
    heading: ({ poolid }) => poolid,
    kind: () => 'pool',
    lines,
    actions: (_app, [row]) => poolActions(app, row),
    own: (_app, current) => ({
      scope: 'pools',
      handlers: {
        actions: () => app.openMenu(poolActions(app, current())),
        new: () => openNewPool(app),
      },
    }),
  })(app);

type PoolChange = 'pool.create' | 'pool.set' | 'pool.delete';

const allocate = (app: AppModel, operation: PoolChange, path: string): string | undefined =>
  mayNot(app, operation, {}, [{ path, privilege: 'Pool.Allocate' }]);

/** Opens the form of a new pool. */
const openNewPool = (app: AppModel): void =>
  app.arrive(async () => app.openForm((await import('../forms/pool.ts')).newPoolForm()));

/** The menu of a pool; without one, what makes the first. */
const poolActions = (
  app: AppModel,
  row: PoolRow | undefined,
): { readonly title: string; readonly items: readonly MenuItem[] } => {
  const item = (title: string, key: string, detail: string, no: string | undefined, run: () => void): MenuItem => ({
    title,
    key,
    detail,
    run,
    ...(no !== undefined && { impossible: no }),
  });
  const make = item('new pool…', 'n', '', allocate(app, 'pool.create', '/pool'), () => openNewPool(app));
  if (row === undefined) return { title: 'pools', items: [make] };
  const { poolid, vms } = row;
  const path = `/pool/${poolid}`;
  const held = vms.length === 0 ? undefined : `is not empty: ${counted(vms.length, 'guest')}`;
  return {
    title: `pool ${poolid}`,
    items: [
      item('members…', 'm', 'guests and storages in it, comment', allocate(app, 'pool.set', path), () =>
        app.arrive(async () => app.openForm((await import('../forms/pool.ts')).editPoolForm(app, poolid))),
      ),
      item(
        'delete…',
        'x',
        'with the permissions on it',
        allocate(app, 'pool.delete', path) ?? held,
        () => void app.run({ name: 'pool.delete', input: { pool: poolid } }),
      ),
      item('its guests', 'g', `${counted(vms.length, 'guest')} in the list of guests`, undefined, () =>
        app.goTo('guests', { filter: `pool:${poolid}` }),
      ),
      make,
    ],
  };
};
