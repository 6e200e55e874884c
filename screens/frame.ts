import { cutStyled, styledWidth } from '../components/styled.ts';
import type { AppModel } from '../src/ui/app.ts';
import { layoutOf } from '../src/ui/layout.ts';
import type { Drawing, Floating } from '../src/ui/screen.ts';
import { glass, through } from '../src/ui/terminal/compositor.ts';
import { footerLines } from './footer.ts';
import { headerLines } from './header.ts';

/** Lays something small over the picture: in the middle, a third down, or at its foot. */
const lay = (floating: Floating, lines: string[], drawing: Drawing, columns: number): void => {
  const card = floating.lines(drawing, { width: columns, height: lines.length });
  const width = Math.max(0, ...card.map(styledWidth));
  const left = floating.place === 'bottom' ? 0 : Math.max(0, Math.floor((columns - width) / 2));
  const top = floating.place === 'bottom' ? lines.length - card.length : Math.floor((lines.length - card.length) / 3);
  for (const [at, line] of card.entries()) {
    const row = Math.max(0, top) + at;
    if (row < lines.length) lines[row] = through(glass.repeat(left) + line, lines[row] ?? '');
  }
};

/** Returns the whole picture as lines, exactly as many as the terminal has rows: header, what the shown screen says, footer. */
export const frameLines = (app: AppModel): readonly string[] => {
  const look = app.appearance.getState();
  const { columns, rows, zoomed } = app.state;
  const layout = layoutOf(columns, rows, app.shown.whole?.() === true ? 'whole' : zoomed);
  const body = app.shown.body({ app, look, now: app.now() }, layout);
  if (app.state.overlay?.kind === 'menu') app.state.overlay.fresh?.();
  if (app.state.overlay?.kind === 'form') app.state.overlay.form.look({ app, look, now: app.now() });
  app.drawn();
  const filled = Array.from({ length: layout.bodyHeight }, (_, at) => body[at] ?? '');
  const lines = [...headerLines(app, layout, look), ...filled, ...footerLines(app, layout, look)];
  const { overlay } = app.state;
  if (overlay?.kind === 'floating') lay(overlay.floating, lines, { app, look, now: app.now() }, columns);
  // A screen that takes more room than it has must not be folded by the terminal.
  return lines.map((line) => look.page(cutStyled(line, columns), columns));
};
