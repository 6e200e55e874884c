// A simulated homelab in a process of its own, for the fuzz: its parent switches faults on and off by messages.
import { assetPath } from '../../src/simulator/assets.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';

const [speed = '1', seed] = process.argv.slice(2);
const simulator = await startSimulator({
  fixture: assetPath('demo/homelab.yaml'),
  speed: Number(speed),
  // Without a seed nothing happens by itself.
  ...(seed !== undefined && { lifeSeed: Number(seed) }),
  // The real server holds a 401 back for 3 s and a hanging storage for 30.
  authDelayMs: 3_000 / Number(speed),
  proxyTimeoutMs: 30_000 / Number(speed),
});
const off = new Map<string, () => void>();

process.on('message', (fault: string) => {
  const back = off.get(fault);
  if (back === undefined) off.set(fault, simulator.setFault(fault));
  else {
    back();
    off.delete(fault);
  }
});
process.on('disconnect', () => void simulator.close());
process.send?.({ url: simulator.url, fingerprint: simulator.fingerprint, token: simulator.token });
