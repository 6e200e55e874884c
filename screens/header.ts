import type { Look } from '../components/look.ts';
import { segmentLine, type Segment } from '../components/segments.ts';
import { withoutColours } from '../components/styled.ts';
import { clean, fit } from '../components/text.ts';
import { clockTime, percent, shortDuration } from '../components/units.ts';
import type { ClusterPart } from '../src/inventory/types.ts';
import { screenTitles, type LiveState, type UiState } from '../src/ui/state.ts';
import type { AppModel } from '../src/ui/app.ts';
import type { Layout } from '../src/ui/layout.ts';

/** Returns the lines above the body: where one is, how the cluster is, how old that knowledge is. */
export const headerLines = (app: AppModel, layout: Layout, look: Look): readonly string[] => {
  if (layout.header === 'none') return [];
  // What is no list shows itself what is typed into it.
  const ui = app.shown.list === undefined ? { ...app.state, editing: undefined } : app.state;
  const line = headerLine(
    { live: app.live.getState(), ui, filter: app.shown.list?.state.filter ?? '', now: app.now() },
    layout.columns,
    look,
    layout.mode === 'bare',
  );
  return layout.header === 'full'
    ? [line, look.paint('border', look.glyphs.horizontal.repeat(layout.columns))]
    : [line];
};

interface HeaderInput {
  readonly live: LiveState;
  readonly ui: Pick<UiState, 'screen' | 'editing' | 'overlay'>;
  readonly filter: string;
  readonly now: number;
}

/** Returns the header as one line of at most `width` columns. */
export const headerLine = (
  { live, ui, filter, now }: HeaderInput,
  width: number,
  look: Look,
  bare: boolean,
): string => {
  const { snapshot } = live;
  const online = snapshot.nodes.filter((node) => node.status === 'online').length;
  const healthy = online === snapshot.nodes.length;
  const running = snapshot.tasks.filter((task) => task.status === undefined).length;
  const left: Segment[] = [
    ...(bare ? [] : [{ text: 'proxdeck', token: 'accent', drop: 6 } as const]),
    {
      text: `${clean(live.contextName)} ${look.glyphs.separator} ${screenTitles[ui.screen]}`,
      token: 'heading',
    },
    ...(live.readOnly ? [{ text: 'read-only', token: 'warn', drop: 2 } as const] : []),
    ...(filter === '' && ui.editing === undefined
      ? []
      : [{ text: `/${clean(filter)}${ui.editing === undefined ? '' : '_'}`, token: 'accent' } as const]),
  ];
  const right: Segment[] = [];
  if (snapshot.nodes.length > 0) {
    right.push({
      text: `${String(online)}/${String(snapshot.nodes.length)}${bare ? '' : ' nodes'} ${healthy ? look.glyphs.running : look.glyphs.warning}`,
      token: healthy ? 'ok' : 'warn',
      drop: 3,
    });
    if (!bare)
      right.push(
        { text: `cpu ${percent(average(snapshot.nodes, 'cpu', 'maxcpu'))}`, drop: 8 },
        { text: `mem ${percent(average(snapshot.nodes, 'mem', 'maxmem'))}`, drop: 7 },
      );
  }
  right.push(
    ...(live.parts?.map((part) => partSegment(part, now)) ?? [steady(ageSegment(live, now, look.still), width)]),
  );
  if (!bare)
    right.push(
      steady(
        {
          text: `${String(live.callsPerMinute.poll + live.callsPerMinute.person)}/min`,
          token: 'muted',
          drop: 9,
        },
        width,
      ),
    );
  if (running > 0) right.push({ text: `${look.glyphs.working} ${String(running)}`, token: 'info', drop: 5 });
  const line = bare ? segmentLine(look, left, right, width) : ` ${segmentLine(look, left, right, width - 2)}`;
  // Production is told by the whole line: nobody must take it for another cluster.
  return live.prod ? look.paint('danger', fit(withoutColours(line), width)) : line;
};

/** From this width on there is room for a blank that keeps figures of one and two digits equally wide. */
const steadyColumns = 100;

/** What stands left of a figure must not move, and be written again, because ten seconds have passed. */
const steady = (segment: Segment, width: number): Segment =>
  width < steadyColumns || !/^\d\D/.test(segment.text) ? segment : { ...segment, text: ` ${segment.text}` };

/** One of several clusters: its name, and how old or how far away it is. One in trouble is never left out. */
const partSegment = ({ contextName, at, fromCache, connection }: ClusterPart, now: number): Segment => {
  const name = clean(contextName);
  const age = at === 0 ? 'no data' : shortDuration(Math.max(0, (now - at) / 1000));
  if (connection.state === 'away') return { text: `${name} away, ${age}`, token: 'error' };
  if (at === 0) return { text: `${name} connecting`, token: 'muted', drop: 4 };
  if (fromCache) return { text: `${name} as of ${clockTime(at)}`, token: 'warn', drop: 2 };
  return { text: `${name} ${age}`, token: 'muted', drop: 6 };
};

/** Means over the nodes that told: CPU weighted by cores, memory by size. */
const average = (
  nodes: LiveState['snapshot']['nodes'],
  part: 'cpu' | 'mem',
  whole: 'maxcpu' | 'maxmem',
): number | undefined => {
  let used = 0;
  let all = 0;
  for (const node of nodes) {
    const value = node[part];
    const size = node[whole];
    if (value === undefined || size === undefined) continue;
    used += part === 'cpu' ? value * size : value;
    all += size;
  }
  return all === 0 ? undefined : used / all;
};

/** How old the data is. Live data has an age; data that is not live any more says so, and when it will be asked for again. */
const ageSegment = (live: LiveState, now: number, still: boolean): Segment => {
  const { snapshot, connection, ageSeconds, automatic } = live;
  if (connection.state === 'away') {
    const wait = Math.max(0, Math.ceil((connection.nextTryAt - now) / 1000));
    const age = ageSeconds === undefined ? 'no data' : `${shortDuration(ageSeconds)} old`;
    return { text: `away, ${age}, again in ${shortDuration(wait)}`, token: 'error' };
  }
  if (ageSeconds === undefined) return { text: 'connecting', token: 'muted' };
  if (snapshot.fromCache) return { text: `as of ${clockTime(snapshot.at)}`, token: 'warn' };
  const age = still && ageSeconds < 60 ? 'under 1m' : shortDuration(ageSeconds);
  const text = `${age} old${automatic ? '' : ', paused'}`;
  return { text, token: ageSeconds > 25 || !automatic ? 'warn' : 'muted' };
};
