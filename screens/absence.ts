import { clean, wrapWords } from '../components/text.ts';
import type { Area, Drawing } from '../src/ui/screen.ts';

/** Columns before text that stands in the place of rows. */
const indent = 3;

/**
 * What stands in the place of everything while no picture of the cluster was ever taken: that it is asked, or why it does not
 * answer and what to do. Undefined once there is a picture, however old; what is not there then is not there.
 */
export const absenceLines = ({ app, look }: Drawing, { width, height }: Area): readonly string[] | undefined => {
  const { snapshot, connection } = app.live.getState();
  if (snapshot.at !== 0) return undefined;
  const blank = ' '.repeat(indent);
  const room = Math.max(8, width - indent - 1);
  if (connection.state !== 'away') return ['', blank + look.paint('muted', 'connecting')];
  const { message, hint } = connection.error;
  const part = (token: 'error' | 'text' | 'muted', text: string): readonly string[] =>
    wrapWords(text, room).map((line) => blank + look.paint(token, line));
  const { keyboard } = app;
  const ways = [
    `${keyboard.keyFor('global', 'refresh')} asks again now`,
    `${keyboard.keyFor('global', 'screen.contexts')} shows other clusters`,
    `${keyboard.keyFor('global', 'command')}doctor looks for the cause`,
  ];
  const lines = [
    '',
    ...part('error', `${look.glyphs.failed} ${clean(message)}`),
    ...(hint === undefined ? [] : ['', ...part('text', clean(hint))]),
    '',
    ...part('muted', ways.join(', ')),
  ];
  // On a small terminal the blank lines go first, then the ways out, which the keys of the footer tell as well.
  return (lines.length > height ? lines.filter((line) => line !== '') : lines).slice(0, height);
};
