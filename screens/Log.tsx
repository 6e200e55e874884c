import type { ReactElement } from 'react';
import { useStore } from 'zustand';
import { Lines } from '../components/Lines.tsx';
import { useLook, type Look } from '../components/look.ts';
import { segmentLine, type Segment } from '../components/segments.ts';
import { clean, truncate } from '../components/text.ts';
import { parseUpid, taskLabel } from '../src/models/upid.ts';
import { useApp, useKeys, useLayout, useLineKeys, useUi } from '../src/ui/hooks.ts';
import type { TaskLogModel } from '../src/ui/taskLog.ts';

/** The log of one task, followed to its end. */
export const Log = ({ log }: { readonly log: TaskLogModel }): ReactElement => {
  const app = useApp();
  const look = useLook();
  const layout = useLayout();
  const state = useStore(log.store);
  const editing = useUi((ui) => ui.editing);
  const height = Math.max(1, layout.bodyHeight - 1);
  log.height = height;
  log.width = layout.columns;

  const half = Math.max(1, Math.floor(height / 2));
  useKeys('log', {
    down: () => log.scroll(1),
    up: () => log.scroll(-1),
    'half-down': () => log.scroll(half),
    'half-up': () => log.scroll(-half),
    'page-down': () => log.scroll(height),
    'page-up': () => log.scroll(-height),
    first: () => log.scrollTo(0),
    'last-row': () => log.scrollTo(Number.MAX_SAFE_INTEGER),
    follow: () => log.toggleFollow(),
    wrap: () => log.toggleWrap(),
    'log.find': () => app.beginEditing('find', ''),
    'log.next': () => tellMissing(log.findNext(1)),
    'log.previous': () => tellMissing(log.findNext(-1)),
  });
  const tellMissing = (found: boolean): void => {
    if (!found)
      app.notify({
        token: 'muted',
        text: state.find === '' ? 'nothing to find yet: / asks' : `no line holds “${state.find}”`,
      });
  };
  useLineKeys(() => log.setFind(''));

  const title = logTitle(log, layout.columns, look, editing?.text);
  const lines = log.visible().map((line) => paintLine(truncate(line, layout.columns), state.find, look));
  if (state.lines.length === 0)
    lines.push(look.paint('muted', state.running === true ? 'the task has said nothing yet' : 'reading'));
  return <Lines lines={[title, ...lines]} width={layout.columns} height={layout.bodyHeight} />;
};

const logTitle = (log: TaskLogModel, width: number, look: Look, typed: string | undefined): string => {
  const { running, exitstatus, follow, wrap, lines, dropped, error, find } = log.state;
  const { node, type, id } = parseUpid(log.upid) ?? { node: '', type: log.upid, id: '' };
  const outcome: Segment =
    running === false
      ? {
          text: `${exitstatus === 'OK' ? look.glyphs.running : look.glyphs.failed} ${clean(exitstatus ?? 'ended')}`,
          token: exitstatus === 'OK' ? 'ok' : 'error',
        }
      : { text: running === undefined ? '' : `${look.glyphs.working} running`, token: 'info' };
  const left: Segment[] = [
    { text: clean(taskLabel(type, id)), token: 'heading' },
    { text: `on ${clean(node)}`, token: 'muted', drop: 3 },
    outcome,
  ];
  if (error !== undefined) left.push({ text: error.message, token: 'error', drop: 4 });
  const right: Segment[] = [
    ...(typed !== undefined || find !== ''
      ? [{ text: `/${clean(typed ?? find)}${typed === undefined ? '' : '_'}`, token: 'accent' } as const]
      : []),
    { text: `${String(lines.length + dropped)} lines`, token: 'muted', drop: 2 },
    ...(wrap ? [{ text: 'wrapped', token: 'muted', drop: 5 } as const] : []),
    { text: follow && running !== false ? 'following' : 'not following', token: 'muted', drop: 1 },
  ];
  return segmentLine(look, left, right, width);
};

const paintLine = (line: string, find: string, look: Look): string => {
  if (find !== '' && line.toLowerCase().includes(find.toLowerCase())) {
    const at = line.toLowerCase().indexOf(find.toLowerCase());
    return line.slice(0, at) + look.paint('selection', line.slice(at, at + find.length)) + line.slice(at + find.length);
  }
  if (/^(TASK ERROR|ERROR)/.test(line)) return look.paint('error', line);
  if (/^(TASK WARNINGS|WARN)/.test(line)) return look.paint('warn', line);
  return line === 'TASK OK' ? look.paint('ok', line) : line;
};
