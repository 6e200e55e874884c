// Prints `N passed, N failed, N skipped` from a JSON report of vitest. Runs on any Node, even if `npm ci` failed.
import { readFileSync } from 'node:fs';

const text = readFileSync(process.argv[2], 'utf8');
if (text === '') {
  console.log('There is no test report: the tests did not run to their end.');
  console.log('0 passed, 1 failed, 0 skipped');
  process.exit(1);
}
const { numPassedTests: passed, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(text);
// A file that cannot be loaded has no tests that could fail: it counts as one.
const brokenFiles = testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && assertionResults.every((one) => one.status !== 'failed'),
);
const failed = numFailedTests + brokenFiles.length;
console.log(`${passed} passed, ${failed} failed, ${numPendingTests + numTodoTests} skipped`);
process.exit(failed === 0 ? 0 : 1);
