import { segmentLine, type Segment } from '../components/segments.ts';
import { clean } from '../components/text.ts';
import { ProxdeckError } from '../src/models/error.ts';
import { counted } from '../src/models/units.ts';
import type { Call } from '../src/operations/operation.ts';
import type { ConsolePlace, Seat } from '../src/operations/seat.ts';
import type { AppModel } from '../src/ui/app.ts';
import type { ConsoleModel } from '../src/ui/console/model.ts';
import type { Handlers } from '../src/ui/keys.ts';
import { layoutOf } from '../src/ui/layout.ts';
import type { Screen } from '../src/ui/screen.ts';

/** The head line of the console stands over its terminal. */
const headRows = 1;

/**
 * Goes into a console (`guest.console`, `node.console`). What is typed while it opens is for it; the terminal is loaded with the first
 * one.
 */
export const enterConsole = (app: AppModel, call: Call): void =>
  app.arrive(async () => {
    app.notify({ token: 'info', text: 'opening the console' });
    const opened = Promise.withResolvers<void>();
    const ended = app.run(call, { seat: seatIn(app, opened.resolve) });
    await Promise.race([opened.promise, ended]);
  });

/** Where a console is shown that an operation opens by itself: over the screen. */
export const seatFor = (app: AppModel): Seat => seatIn(app, () => undefined);

/** The full screen as a place for consoles. `onShown` is told when one is there. */
const seatIn = (app: AppModel, onShown: () => void): Seat => ({
  get size() {
    const { columns, rows } = app.state;
    return { columns, rows: Math.max(1, layoutOf(columns, rows).bodyHeight - headRows) };
  },
  show: async (line, place) => {
    const { ConsoleModel: Model } = await import('../src/ui/console/model.ts');
    const model = new Model(line, seatIn(app, onShown).size, () => app.changed());
    const left = Promise.withResolvers<'left'>();
    const view = consoleScreen(app, model, place);
    app.notify(undefined);
    app.openView(view, () => left.resolve('left'));
    onShown();
    try {
      return await Promise.race([left.promise, model.follow().then(() => 'ended' as const)]);
    } finally {
      model.close();
      if (app.shown === view) app.closeOverlay();
    }
  },
  lend: async (command, { title, way }) => {
    const { desk } = app;
    if (desk === undefined) throw new ProxdeckError('unreachable', 'The terminal cannot be lent yet.');
    return desk.lend(command, `${title}, ${way}`);
  },
  offer: (address, { title, way }) =>
    app.arrive(async () => {
      const { openText } = await import('./textView.ts');
      openText(app, {
        title: `${title}: ${way}`,
        lines: () => ['', address, '', 'Open it in a browser; Y copies it. Or, for a SPICE client:', spiceLine(title)],
      });
    }),
});

const spiceLine = (title: string): string =>
  `  proxdeck guest console ${title.split(' ')[0] ?? ''} --spice FILE && remote-viewer FILE`;

const consoleScreen = (app: AppModel, model: ConsoleModel, place: ConsolePlace): Screen => {
  let full = false;
  let height = 1;
  const page = (part: number) => () => model.scroll(Math.max(1, Math.floor(height * part)));
  const handlers: Handlers = {
    'console.aside': () => model.setTyping(false),
    open: () => model.setTyping(true),
    up: () => model.scroll(app.keyboard.count ?? 1),
    down: () => model.scroll(-(app.keyboard.count ?? 1)),
    'half-up': page(0.5),
    'half-down': page(-0.5),
    'page-up': page(1),
    'page-down': page(-1),
    first: () => model.scroll(Number.MAX_SAFE_INTEGER),
    'last-row': () => model.scroll(-Number.MAX_SAFE_INTEGER),
    'copy-id': () => {
      const { text } = model;
      app.copy(text);
      app.notify({ token: 'info', text: `copied ${counted(text.split('\n').length, 'line')} of the screen` });
    },
    'full-screen': () => {
      full = !full;
      app.changed();
    },
    'console.literal': () => {
      model.type('\u001D');
      model.setTyping(true);
    },
    'console.leave': () => app.closeOverlay(),
  };
  return {
    scopes: () => [model.isTyping ? 'console' : 'aside'],
    handlers: { console: handlers, aside: handlers },
    back: () => false,
    whole: () => full,
    raw: () => (model.isTyping ? (text) => model.type(text) : undefined),
    body: ({ look }, layout) => {
      height = Math.max(1, layout.bodyHeight - headRows);
      const rows = model.draw({ columns: layout.columns, rows: height }, { colourful: look.colourful });
      const left: Segment[] = [
        { text: clean(place.title), token: 'heading' },
        { text: clean(place.way), token: 'muted', drop: 1 },
      ];
      return [segmentLine(look, left, how(app, model), layout.columns), ...rows];
    },
  };
};

/** How one comes out, before anything else; and where one is, looking back. */
const how = (app: AppModel, { isTyping, back }: { readonly isTyping: boolean; readonly back: number }): Segment[] => {
  const key = (scope: 'console' | 'aside', action: 'console.aside' | 'open'): string =>
    app.keyboard.keyFor(scope, action);
  if (isTyping)
    return [
      {
        text: `${key('console', 'console.aside')} then ${app.keyboard.keyFor('global', 'back')} leaves`,
        token: 'accent',
      },
    ];
  return [
    { text: back > 0 ? `${String(back)} lines back` : '', token: 'muted', drop: 2 },
    { text: `${key('aside', 'open')} types on`, token: 'accent', drop: 1 },
    { text: `${app.keyboard.keyFor('global', 'back')} leaves`, token: 'accent' },
  ];
};
