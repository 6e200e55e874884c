// Answers each key with a line in a frame, and does nothing else: what the terminal and the machine take of every key. `q` ends it.
import process from 'node:process';

const frame = (text) => process.stdout.write(`\u001B[?2026h\u001B[H${text}\u001B[K\u001B[?2026l`);

process.stdin.setRawMode(true).setEncoding('utf8');
process.stdin.on('data', (key) => {
  if (key === 'q') process.exit(0);
  frame(key.repeat(100));
});
frame('');
