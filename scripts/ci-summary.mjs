// Sums up vitest's JSON reports: `node ci-summary.mjs NAME:EXIT_CODE:REPORT...`. The last line is
// `N passed, N failed`. A run that broke counts as a failure, and so does a skipped test: nothing is left out.
import { readFileSync } from 'node:fs';

let passed = 0;
let failed = 0;
for (const run of process.argv.slice(2)) {
  const [name, exitCode, ...path] = run.split(':');
  const found = count(path.join(':'));
  const broke = exitCode !== '0' && found.failed === 0;
  if (broke) console.log(`${name}: ended with exit code ${exitCode} though no test failed`);
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
    console.log(`${path}: there is no report, the tests did not run`);
    return { passed: 0, failed: 1 };
  }
  const totals = { passed: 0, failed: 0 };
  for (const file of report.testResults) {
    const states = { passed: 0, failed: 0 };
    for (const test of file.assertionResults) {
      states[test.status === 'passed' ? 'passed' : 'failed']++;
      if (test.status !== 'passed') console.log(`${test.status}: ${file.name}: ${test.fullName}`);
    }
    // A file that cannot even be loaded holds no failed test.
    if (file.status === 'failed' && states.failed === 0) {
      console.log(`failed: ${file.name}: ${file.message}`);
      states.failed = 1;
    }
    totals.passed += states.passed;
    totals.failed += states.failed;
  }
  return totals;
}
