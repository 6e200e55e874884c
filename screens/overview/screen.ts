import type { AppModel } from '../../src/ui/app.ts';
import { BoardModel } from '../../src/ui/board.ts';
import type { Handlers } from '../../src/ui/keys.ts';
import type { Drawing, Screen, ScreenMaker } from '../../src/ui/screen.ts';
import { absenceLines } from '../absence.ts';
import { boardLines, type Sections } from './board.ts';
import { busiestSection, nodesSection, storagesSection } from './machines.ts';
import { changedSection, ownSection, runningSection } from './moves.ts';
import { needsSection } from './needs.ts';

/** The cluster at a glance: first what needs a person, then what moves, then the calm rest. One selection over all of it. */
export const overviewScreen: ScreenMaker = (app): Screen => {
  const board = new BoardModel(() => app.changed());
  return {
    scopes: () => ['board'],
    handlers: { board: boardHandlers(app, board) },
    body: (drawing, layout) =>
      absenceLines(drawing, { width: layout.columns, height: layout.bodyHeight }) ??
      boardLines(sectionsOf(drawing, layout.bodyHeight), board, {
        width: layout.columns,
        height: layout.bodyHeight,
        look: drawing.look,
      }),
    back: () => false,
  };
};

/** How many lines the long sections have by the height of the body: a large terminal is not half empty. */
const mostLines = (
  height: number,
): { readonly busiest: number; readonly storages: number; readonly changes: number } => {
  if (height >= 48) return { busiest: 12, storages: 16, changes: 16 };
  return height >= 32 ? { busiest: 7, storages: 8, changes: 8 } : { busiest: 5, storages: 6, changes: 6 };
};

const sectionsOf = (drawing: Drawing, height: number): Sections => {
  const most = mostLines(height);
  const needs = needsSection(drawing);
  const running = runningSection(drawing);
  const busiest = busiestSection(drawing, most.busiest);
  const changed = changedSection(drawing, most.changes);
  const nodes = nodesSection(drawing);
  const storages = storagesSection(drawing, most.storages);
  const own = ownSection(drawing);
  return {
    head: [needs],
    left: [running, busiest, changed],
    right: [nodes, storages, own],
    single: [needs, running, nodes, storages, busiest, changed, own],
  };
};

const boardHandlers = (app: AppModel, board: BoardModel): Handlers => {
  const half = (): number => Math.max(1, Math.floor(board.height / 2));
  return {
    down: () => board.move(1),
    up: () => board.move(-1),
    'half-down': () => board.move(half()),
    'half-up': () => board.move(-half()),
    'page-down': () => board.move(board.height),
    'page-up': () => board.move(-board.height),
    first: () => board.moveTo(0),
    'last-row': () => board.moveTo(board.entries.length - 1),
    'section-next': () => board.turn(1),
    'section-previous': () => board.turn(-1),
    open: () => board.current()?.open?.(),
    'copy-id': () => {
      const current = board.current();
      if (current !== undefined) app.copy(current.copy);
    },
  };
};
