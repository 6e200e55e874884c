import type { Look } from '../components/look.ts';
import { segmentLine, type Segment } from '../components/segments.ts';
import { clean, truncate } from '../components/text.ts';
import type { Notice } from '../src/ui/state.ts';
import type { AppModel } from '../src/ui/app.ts';
import type { Layout } from '../src/ui/layout.ts';
import { keyLabel, type Binding } from '../src/ui/keyTable.ts';
import type { jobFigures } from './jobLine.ts';

/** Returns the lines below the body: the keys of this view, or what just happened. */
export const footerLines = (app: AppModel, layout: Layout, look: Look): readonly string[] => {
  if (layout.footer === 'none') return [];
  const { notice, pendingKeys: pending } = app.state;
  const { connection, snapshot } = app.live.getState();
  const trouble: Notice | undefined =
    // Without any picture the body says it, with all there is to say.
    connection.state === 'away' && snapshot.at !== 0
      ? {
          token: 'error',
          text: connection.error.message,
          ...(connection.error.hint === undefined ? {} : { hint: connection.error.hint }),
        }
      : undefined;
  const line = footerLine(
    {
      bindings: shownBindings(app),
      notice: notice ?? trouble,
      pending,
      marked: app.shown.list?.state.marked.size ?? 0,
      work: workSegments(app, layout.columns, look),
    },
    layout.columns,
    look,
  );
  return layout.footer === 'full'
    ? [look.paint('border', look.glyphs.horizontal.repeat(layout.columns)), line]
    : [line];
};

const shownBindings = (app: AppModel): readonly Binding[] => {
  const scopes = app.keyboard.scopes();
  return app.keyboard.keymap.bindings
    .filter((binding) => {
      const { footer, scope, keys } = binding;
      if (footer === undefined || !scopes.includes(scope) || !app.keyboard.does(binding)) return false;
      if (!isOfUse(app, binding)) return false;
      // What a narrower scope took the key of would only mislead.
      return keys[0] !== undefined && app.keyboard.keymap.find(keys[0], scopes)?.scope === scope;
    })
    .toSorted((a, b) => (a.footer?.order ?? 0) - (b.footer?.order ?? 0));
};

/** Whether a key would do something now: a line of details may have nothing to open, and at the top nothing is behind. */
const isOfUse = (app: AppModel, { action, scope }: Binding): boolean => {
  const { overlay, detailsOpen } = app.state;
  const details = app.shown.details;
  if (scope === 'details' && action === 'open') return details?.current()?.open !== undefined;
  if (scope === 'global' && action === 'back') return overlay !== undefined || detailsOpen || details?.focused === true;
  return true;
};

interface FooterInput {
  /** Those that count now and stand in the footer. */
  readonly bindings: readonly Binding[];
  readonly notice: Notice | undefined;
  readonly pending: string;
  readonly marked: number;
  /** What is told of work of ours that runs. */
  readonly work: readonly Segment[];
}

/** Work that ends sooner than this is not shown: it would only flicker. In milliseconds. */
const shownFromMs = 200;

/** Loaded with the first work that takes a while: before the first frame there is none. */
let figuresOf: typeof jobFigures | undefined;

const loadFigures = async (app: AppModel): Promise<void> => {
  figuresOf = (await import('./jobLine.ts')).jobFigures;
  app.changed();
};

/** The work of ours that began last, with a bar; how many more there is of it. */
const workSegments = (app: AppModel, width: number, look: Look): readonly Segment[] => {
  const jobs = app.jobs.filter(({ startedAt }) => app.now() - startedAt >= shownFromMs);
  const job = jobs.at(-1);
  if (job === undefined) return [];
  if (figuresOf === undefined) {
    loadFigures(app).catch((thrown: unknown) => app.trouble(thrown));
    return [];
  }
  const { progress, elapsed, left } = figuresOf(app, job, look);
  const more = jobs.length === 1 ? '' : ` +${String(jobs.length - 1)}`;
  // What is told on the left is not told again; a log that is open tells its task.
  if (app.state.overlay?.kind === 'view' && job.tasks.length > 0) return [];
  const isTold = app.state.notice?.text === job.title;
  const title = isTold ? '' : truncate(clean(job.title), Math.max(8, Math.floor(width / 3)));
  const text = [look.glyphs.working, title, progress].filter((part) => part !== '').join(' ');
  return [
    { text: text + more, token: 'info' },
    { text: elapsed, token: 'muted', drop: 3 },
    { text: left, token: 'muted', drop: 4 },
  ];
};

/** Keys from this order on stay as long as anything does. */
const lastToGo = 88;

/** Returns the footer as one line of at most `width` columns. */
const footerLine = ({ bindings, notice, pending, marked, work }: FooterInput, width: number, look: Look): string => {
  const right: Segment[] = [
    ...(pending === '' ? [] : [{ text: pending, token: 'accent' } as const]),
    ...(marked === 0 ? [] : [{ text: `${String(marked)} marked`, token: 'accent' } as const]),
    ...work,
  ];
  if (notice !== undefined) {
    const hint = notice.hint === undefined ? [] : [{ text: clean(notice.hint), token: 'muted', drop: 3 } as const];
    return ` ${segmentLine(look, [{ text: clean(notice.text), token: notice.token }, ...hint], right, width - 1)}`;
  }
  const left = bindings.map((binding, at): Segment => ({
    text: `${keyLabel(binding.keys[0] ?? '')} ${binding.footer?.word ?? ''}`,
    token: 'muted',
    // The way out and help are the last to go.
    drop: (binding.footer?.order ?? 0) >= lastToGo ? 1 : at + 2,
  }));
  return ` ${segmentLine(look, left, right, width - 1)}`;
};
