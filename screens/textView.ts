import type { Look } from '../components/look.ts';
import { segmentLine, type Segment } from '../components/segments.ts';
import { withoutColours } from '../components/styled.ts';
import { clean } from '../components/text.ts';
import { counted } from '../src/models/units.ts';
import type { AppModel } from '../src/ui/app.ts';
import type { Handlers } from '../src/ui/keys.ts';
import type { Scope } from '../src/ui/keyScopes.ts';
import type { Area, Drawing } from '../src/ui/screen.ts';
import { TextModel, type TextRow } from '../src/ui/textView.ts';

/** A text over the whole body. */
export interface Text {
  readonly title: string;
  /** Its lines, composed anew at each drawing, so they may ask the cluster for what they need. May be coloured. */
  readonly lines: (place: Drawing & Area) => readonly string[];
  /** Keys of its own, beside those that every text has. */
  readonly keys?: { readonly scope: Scope; readonly handlers: Handlers };
}

/** Shows a text over the screen until Esc: it scrolls, is searched, and is copied as a whole. */
export const openText = (app: AppModel, { title, lines, keys }: Text): void => {
  const model = new TextModel(() => app.changed());
  app.openView({
    scopes: () => (keys === undefined ? ['text'] : [keys.scope, 'text']),
    handlers: { text: textHandlers(app, model), ...(keys !== undefined && { [keys.scope]: keys.handlers }) },
    back: () => false,
    body: (drawing, layout) => {
      const { look } = drawing;
      const area = { width: layout.columns, height: Math.max(1, layout.bodyHeight - 1) };
      // One column on each side: a text that touches the edge is hard to read.
      const room = { width: Math.max(1, area.width - 2), height: area.height };
      const rows = model.draw(lines({ ...drawing, ...room }), room.width, room.height);
      const typed = app.state.editing?.text;
      return [titleLine(title, model, area.width, look, typed), ...rows.map((row) => ` ${paintRow(row, model, look)}`)];
    },
  });
};

const titleLine = (title: string, model: TextModel, width: number, look: Look, typed: string | undefined): string => {
  const wanted = typed ?? model.find;
  const missing = typed === undefined && wanted !== '' && model.found === undefined;
  const right: Segment[] = [
    ...(wanted === '' && typed === undefined
      ? []
      : [{ text: `/${clean(wanted)}${typed === undefined ? '' : '_'}`, token: missing ? 'warn' : 'accent' } as const]),
    { text: counted(model.lineCount, 'line'), token: 'muted', drop: 2 },
    {
      text: model.below > 0 ? `${look.glyphs.down} ${String(model.below)} more` : '',
      token: 'muted',
      drop: 1,
    },
  ];
  return segmentLine(look, [{ text: clean(title), token: 'heading' }], right, width);
};

/** A row with what was found standing out. */
const paintRow = ({ text, line }: TextRow, model: TextModel, look: Look): string => {
  const { find } = model;
  if (find === '') return text;
  const plain = withoutColours(text);
  const at = plain.toLowerCase().indexOf(find.toLowerCase());
  if (at < 0) return text;
  const word = look.paint(model.found === line ? 'selection' : 'accent', plain.slice(at, at + find.length));
  return plain.slice(0, at) + word + plain.slice(at + find.length);
};

const textHandlers = (app: AppModel, model: TextModel): Handlers => {
  const times = (): number => app.keyboard.count ?? 1;
  const half = (): number => Math.max(1, Math.floor(model.height / 2));
  const find = (step: 1 | -1) => (): void => {
    if (model.findNext(step)) return;
    const text = model.find === '' ? 'nothing to find yet: / asks' : `nothing here holds “${model.find}”`;
    app.notify({ token: 'muted', text });
  };
  return {
    down: () => model.scroll(times()),
    up: () => model.scroll(-times()),
    'half-down': () => model.scroll(half()),
    'half-up': () => model.scroll(-half()),
    'page-down': () => model.scroll(model.height),
    'page-up': () => model.scroll(-model.height),
    first: () => model.scrollTo(0),
    'last-row': () => model.scrollTo(Number.MAX_SAFE_INTEGER),
    wrap: () => model.toggleWrap(),
    'text.find': () =>
      app.overlays.beginEditing({
        prompt: '/',
        text: '',
        change: (text) => model.setFind(text),
        cancel: () => model.setFind(''),
      }),
    'text.next': find(1),
    'text.previous': find(-1),
    'copy-id': () => {
      app.copy(model.text);
      app.notify({ token: 'info', text: `copied ${counted(model.lineCount, 'line')}` });
    },
  };
};
