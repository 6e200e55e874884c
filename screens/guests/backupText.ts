import { clean, fit, wrapWords } from '../../components/text.ts';
import { bytes, duration } from '../../components/units.ts';
import type { Backup } from '../../src/operations/backup.ts';
import type { Area, Drawing } from '../../src/ui/screen.ts';

const pad = (value: number): string => String(value).padStart(2, '0');

const whenOf = (seconds: number): string => {
  const date = new Date(seconds * 1000);
  const day = [date.getFullYear(), pad(date.getMonth() + 1), pad(date.getDate())].join('-');
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(pad).join(':')}`;
};

/** Everything that is known of one backup, with the command that lists it. */
export const oneBackup = (backup: Backup, { look, now, width }: Drawing & Area): readonly string[] => {
  const { volid, ctime, size, storage, node, format, notes, verification, encrypted } = backup;
  const known: readonly (readonly [name: string, value: string | undefined])[] = [
    ['volume', volid],
    ['storage', `${storage}, as ${node} sees it`],
    ['taken', `${whenOf(ctime)}, ${duration(now / 1000 - ctime)} ago`],
    ['size', `${bytes(size)}${storage !== '' && format?.startsWith('pbs') === true ? ' before deduplication' : ''}`],
    ['format', format],
    ['verified', verification === undefined ? 'nobody checked it yet' : verification.state],
    ['protected', backup.protected === 1 ? 'yes: pruning leaves it alone' : 'no: pruning may remove it'],
    ['encrypted', encrypted],
    ['notes', notes],
  ];
  return known.flatMap(([name, value]) =>
    value === undefined
      ? []
      : wrapWords(clean(value), Math.max(8, width - 12)).map(
          (line, at) => look.paint('muted', fit(at === 0 ? name : '', 12)) + line,
        ),
  );
};
