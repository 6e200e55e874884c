import { bytes, duration, stamp } from '../../components/units.ts';
import type { Backup } from '../../src/operations/backup.ts';
import type { Area, Drawing } from '../../src/ui/screen.ts';
import { labelled } from '../labelled.ts';

/** Columns of the names, with the gap behind them. */
const labelWidth = 12;

/** Everything that is known of one backup, with the command that lists it. */
export const oneBackup = (backup: Backup, { look, now, width }: Drawing & Area): readonly string[] => {
  const { volid, ctime, size, storage, node, format, notes, verification, encrypted } = backup;
  const known: readonly (readonly [name: string, value: string | undefined])[] = [
    ['volume', volid],
    ['storage', `${storage}, as ${node} sees it`],
    ['taken', `${stamp(ctime * 1000)}, ${duration(now / 1000 - ctime)} ago`],
    ['size', `${bytes(size)}${storage !== '' && format?.startsWith('pbs') === true ? ' before deduplication' : ''}`],
    ['format', format],
    ['verified', verification === undefined ? 'nobody checked it yet' : verification.state],
    ['protected', backup.protected === 1 ? 'yes: pruning leaves it alone' : 'no: pruning may remove it'],
    ['encrypted', encrypted],
    ['notes', notes],
  ];
  return known.flatMap(([name, value]) =>
    value === undefined ? [] : labelled(name, value, { look, width, label: labelWidth }),
  );
};
