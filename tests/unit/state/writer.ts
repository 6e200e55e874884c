// A process of its own that writes audit rows: node writer.ts <database> <name> <rows>
import { openState } from '../../../src/state/state.ts';

const [path = '', who = '', rows = '0'] = process.argv.slice(2);
const state = await openState(path);
for (let number = 0; number < Number(rows); number += 1) {
  await state.audit.append({
    at: number,
    who,
    context: 'lab',
    operation: 'guest.start',
    input: { number },
    result: 'ok',
    durationMs: 1,
  });
}
await state.close();
