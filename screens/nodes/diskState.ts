import { clean } from '../../components/text.ts';
import type { Condition } from '../condition.ts';

/** The health of a disk as it tells of itself (SMART). */
export const diskState = ({ health = 'UNKNOWN' }: { readonly health?: string | undefined }): Condition => {
  if (/^(passed|ok)$/i.test(health)) return { glyph: 'running', word: 'passed', token: 'ok' };
  if (/^(unknown|)$/i.test(health)) return { glyph: 'unknown', word: 'not told', token: 'muted' };
  if (/fail/i.test(health)) return { glyph: 'failed', word: 'failing', token: 'error' };
  return { glyph: 'warning', word: clean(health).toLowerCase(), token: 'warn' };
};
