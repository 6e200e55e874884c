import { clean } from '../../components/text.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Line } from '../../src/ui/details.ts';
import type { Area, Drawing } from '../../src/ui/screen.ts';
import { openDescription } from '../describeView.ts';
import { factLines } from '../factsOf.ts';

interface RowView {
  /** What kind of thing it is: `rule`, `zone`. */
  readonly kind: string;
  readonly name: string;
  readonly facts: Readonly<Record<string, unknown>>;
  /** What else is to be read of it, below its facts. */
  readonly more?: (drawing: Drawing & Area) => readonly (string | Line)[];
}

/** Shows all fields of one thing over the screen, by the names that Proxmox VE gives them. */
export const openRow = (app: AppModel, { kind, name, facts, more }: RowView): void =>
  openDescription(app, `${kind} ${name}`, {
    heading: ({ look }) => look.paint('heading', clean(name)) + look.paint('muted', `  ${kind}`),
    lines: (drawing) => {
      const { digest: _digest, ...shown } = facts;
      const own = factLines(shown, drawing);
      const rest = more?.(drawing) ?? [];
      return rest.length === 0 ? own : [...own, '', ...rest];
    },
  });
