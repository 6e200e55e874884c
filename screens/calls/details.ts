import { clean, fit, truncate, wrapHard, wrapWords } from '../../components/text.ts';
import { clockTime } from '../../components/units.ts';
import { asCurl, asProxdeck, asPvesh, missingParts, type CallRecord } from '../../src/ui/callCommands.ts';
import type { Line } from '../../src/ui/details.ts';
import type { Area, Drawing, Tab } from '../../src/ui/screen.ts';
import { callState } from './columns.ts';

const labelWidth = 9;

/** One call whole: what was asked, what came of it, and how to ask the same from somewhere else. */
const lines = (call: CallRecord, { look, width }: Drawing & Area): readonly (string | Line)[] => {
  const { glyph, word, token } = callState(call);
  const line = (name: string, value: string): readonly Line[] =>
    wrapWords(clean(value), width - labelWidth - 1).map((part, at) => ({
      text: `${look.paint('muted', fit(at === 0 ? name : '', labelWidth))} ${part}`,
      copy: value,
    }));
  const came = glyph === 'failed' && call.status === undefined ? 'no answer' : word;
  const took = call.durationMs === undefined ? '' : ` in ${String(Math.round(call.durationMs))} ms`;
  const command = (name: string, text: string): readonly (string | Line)[] => [
    '',
    look.paint('muted', name),
    ...wrapHard(clean(text), width).map((part): Line => ({ text: part, copy: text })),
  ];
  const missing = missingParts(call);
  return [
    look.paint(token, truncate(`${look.glyphs[glyph]} ${came}${took}`, width)),
    ...line('asked', `${clockTime(call.at)} by ${call.origin === 'poll' ? 'the poll' : 'you'}`),
    ...line('of', call.address),
    ...(call.error === undefined ? [] : line('error', call.error)),
    ...Object.entries(call.parameters).flatMap(([name, value]) => line(name, value)),
    ...command('pvesh, on a node', asPvesh(call)),
    ...command('curl, with the token in PROXDECK_TOKEN', asCurl(call)),
    ...command('Proxdeck', asProxdeck(call)),
    ...(missing.length === 0
      ? []
      : ['', ...wrapWords(`before it runs: ${missing.join(', ')}`, width).map((part) => look.paint('warn', part))]),
  ];
};

export const callTab: Tab<CallRecord> = { id: 'call', title: 'call', lines };
