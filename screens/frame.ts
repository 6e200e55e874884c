import { cutStyled } from '../components/styled.ts';
import type { AppModel } from '../src/ui/app.ts';
import { layoutOf } from '../src/ui/layout.ts';
import { footerLines } from './footer.ts';
import { headerLines } from './header.ts';

/** Returns the whole picture as lines, exactly as many as the terminal has rows: header, what the shown screen says, footer. */
export const frameLines = (app: AppModel): readonly string[] => {
  const look = app.appearance.getState();
  const { columns, rows, zoomed } = app.state;
  const layout = layoutOf(columns, rows, zoomed);
  const body = app.shown.body({ app, look, now: app.now() }, layout);
  app.drawn();
  const filled = Array.from({ length: layout.bodyHeight }, (_, at) => body[at] ?? '');
  const lines = [...headerLines(app, layout, look), ...filled, ...footerLines(app, layout, look)];
  // A screen that takes more room than it has must not be folded by the terminal.
  return lines.map((line) => look.page(cutStyled(line, columns), columns));
};
