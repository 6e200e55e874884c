import type { Look } from '../components/look.ts';
import { segmentLine, type Segment } from '../components/segments.ts';
import { clean } from '../components/text.ts';
import { counted } from '../src/models/units.ts';
import type { AppModel } from '../src/ui/app.ts';
import type { LogView } from './logKeys.ts';

/** What the first line of every log says beside its title. */

/** What is being typed, and what narrows or marks the lines. */
export const logMarks = (app: AppModel, view: LogView): readonly Segment[] => {
  const { editing } = app.state;
  const typed = (prompt: string, text: string): readonly Segment[] => {
    const typing = editing?.prompt === prompt;
    return typing || text !== ''
      ? [{ text: `${prompt}${clean(typing ? editing.text : text)}${typing ? '_' : ''}`, token: 'accent' }]
      : [];
  };
  return [
    ...typed('/', view.pane.find),
    ...(view.pane.found ? [] : [{ text: 'in no line', token: 'warn' } as const]),
    ...typed('&', view.filter),
    ...(view.faults ? [{ text: '! errors and warnings', token: 'accent', drop: 6 } as const] : []),
  ];
};

/** The first line of a log; in the whole terminal, where there is no footer, what just happened stands there instead. */
export const logHead = (app: AppModel, view: LogView, look: Look, width: number, title: string): string => {
  const { notice } = app.state;
  if (!view.full || notice === undefined) return title;
  return segmentLine(look, [{ text: clean(notice.text), token: notice.token }], [], width);
};

/** How many lines there are, how they are shown; of a log that grows also whether it is followed. */
export const logFigures = ({ pane }: LogView, grows: boolean): readonly Segment[] => {
  const { buffer } = pane;
  const shown = buffer.end - buffer.first;
  const all = counted(buffer.lines + buffer.dropped, 'line');
  return [
    { text: shown === buffer.lines ? all : `${String(shown)} of ${all}`, token: 'muted', drop: 2 },
    ...(buffer.dropped > 0
      ? [{ text: `the first ${String(buffer.dropped)} not kept`, token: 'warn', drop: 4 } as const]
      : []),
    ...(pane.wrap ? [{ text: 'wrapped', token: 'muted', drop: 5 } as const] : []),
    ...(grows ? [{ text: pane.follow ? 'following' : 'not following', token: 'muted', drop: 1 } as const] : []),
  ];
};
