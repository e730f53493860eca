// Summarises vitest's JSON reports: `node ci-summary.mjs NAME:EXIT_CODE:REPORT...`. The last line is `N
// passed, N failed`. A crashed run and a skipped test each count as a failure.
import { readFileSync } from 'node:fs';

const MESSAGE_CHARACTERS = 2_000;

let passed = 0;
let failed = 0;
for (const run of process.argv.slice(2)) {
  const [name, exitCode, ...path] = run.split(':');
  const found = count(path.join(':'));
  const broke = exitCode !== '0' && found.failed === 0;
  if (broke) console.log(`${name}: exited with code ${exitCode} although no test failed`);
  passed += found.passed;
  failed += found.failed + (broke ? 1 : 0);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

function count(path) {
  let report;
  try {
    report = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    console.log(`${path}: no report; the tests did not run`);
    return { passed: 0, failed: 1 };
  }
  const totals = { passed: 0, failed: 0 };
  for (const file of report.testResults) {
    const states = { passed: 0, failed: 0 };
    for (const test of file.assertionResults) {
      states[test.status === 'passed' ? 'passed' : 'failed']++;
      if (test.status === 'passed') continue;
      console.log(`${test.status}: ${file.name}: ${test.fullName}`);
      for (const message of test.failureMessages ?? []) console.log(message.slice(0, MESSAGE_CHARACTERS));
    }
    // A file that fails to load has no test results.
    if (file.status === 'failed' && states.failed === 0) {
      console.log(`failed: ${file.name}: ${file.message}`);
      states.failed = 1;
    }
    totals.passed += states.passed;
    totals.failed += states.failed;
  }
  return totals;
}
