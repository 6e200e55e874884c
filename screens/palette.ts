import { cardLines, type CardLine } from '../components/card.ts';
import type { Look } from '../components/look.ts';
import { fitStyled, styledWidth } from '../components/styled.ts';
import { clean, fit, truncate } from '../components/text.ts';
import type { AppModel } from '../src/ui/app.ts';
import { keyLabel } from '../src/ui/keyTable.ts';
import { PaletteSearch, type Entry } from '../src/ui/palette.ts';
import { paletteEntries } from '../src/ui/paletteEntries.ts';
import type { Floating } from '../src/ui/screen.ts';
import { editorHandlers, LineEditor } from '../src/ui/typing.ts';
import { openCommand } from './global.ts';

/** Rows shown at most; more than one can take in at a glance would only hide what is below. */
const mostRows = 14;
const mostWidth = 92;

/** The palette: a few letters find any guest, node, storage, screen, tab, action or command. */
export const palette = (app: AppModel): Floating => {
  const search = new PaletteSearch();
  const entries = paletteEntries(app, (text) => openCommand(app, text));
  let found: readonly Entry[] = [];
  let at = 0;
  let rows = mostRows;
  let of: readonly Entry[] | undefined;
  const find = (): void => {
    of = entries.all();
    found = search.find(of, line.text, app.views.memory('recent'));
    at = 0;
  };
  const line = new LineEditor(() => {
    find();
    app.changed();
  });
  const moveTo = (index: number): void => {
    at = found.length === 0 ? 0 : (index + found.length) % found.length;
    app.changed();
  };
  const page = (delta: number): void => moveTo(Math.max(0, Math.min(found.length - 1, at + delta)));
  find();
  // Screens that were not opened yet are loaded now, so that their tabs can be found.
  app.navigation.loadAll().catch((thrown: unknown) => app.trouble(thrown));
  return {
    scope: 'palette',
    place: 'centre',
    type: (text) => line.insert(text),
    handlers: {
      ...editorHandlers(line),
      down: () => moveTo(at + 1),
      up: () => moveTo(at - 1),
      'page-down': () => page(rows),
      'page-up': () => page(-rows),
      back: () => app.closeOverlay(),
      accept: () => {
        const entry = found[at];
        if (entry === undefined) return;
        if (entry.impossible !== undefined)
          return app.notify({ token: 'warn', text: `${entry.title}: ${entry.impossible}` });
        app.closeOverlay();
        app.views.remember('recent', entry.id);
        entry.run();
      },
    },
    lines: ({ look }, area) => {
      if (of !== entries.all()) find();
      const width = Math.max(8, Math.min(mostWidth, area.width) - 4);
      rows = Math.max(1, Math.min(mostRows, area.height - 4));
      const top = Math.max(0, Math.min(at - rows + 1, found.length - rows));
      const shown = found.slice(top, top + rows).map((entry, slot) => entryLine(entry, top + slot === at, width, look));
      const hint = line.text === '' ? look.paint('muted', 'a guest, a node, a screen, a key, a command') : '';
      const contents: CardLine[] = [
        { text: fitStyled(typedText(line, look) + hint, width) },
        { text: look.paint('border', look.glyphs.horizontal.repeat(width)) },
        ...(found.length === 0 ? [{ text: fit('nothing is called so', width), token: 'muted' as const }] : shown),
      ];
      // As high with one entry as with many: a card that jumps with every letter is hard to read.
      while (contents.length < rows + 2) contents.push({ text: ' '.repeat(width) });
      return cardLines(look, 'find', contents, area.width);
    },
  };
};

/** What was typed, with a cursor. */
export const typedText = (line: LineEditor, look: Look): string => {
  const [under = ' ', ...rest] = [...line.after];
  return clean(line.before) + look.paint('selection', clean(under)) + clean(rest.join(''));
};

const entryLine = (entry: Entry, selected: boolean, width: number, look: Look): CardLine => {
  const { kind, title, detail, key, impossible } = entry;
  const right = key === undefined ? '' : keyLabel(key);
  const left = `${selected ? look.glyphs.selected : ' '} ${fit(kind, 8)} `;
  const room = width - left.length - (right === '' ? 0 : right.length + 1);
  const name = truncate(clean(title), room);
  const more = truncate(clean(impossible ?? detail), Math.max(0, room - styledWidth(name) - 2));
  const gap = ' '.repeat(Math.max(0, room - styledWidth(name) - styledWidth(more) - 2));
  if (selected || impossible !== undefined) {
    const text = fit(`${left}${name}  ${more}${gap}${right === '' ? '' : ` ${right}`}`, width);
    return { text, token: selected ? 'selection' : 'muted' };
  }
  const text = `${look.paint('muted', left)}${name}  ${look.paint('muted', more)}${gap}`;
  return { text: fitStyled(right === '' ? text : `${text} ${look.paint('accent', right)}`, width) };
};
