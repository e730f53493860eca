// npm run test:mutation [MODULE|FILE ...]: mutates the sources in test/mutation/modules.ts, one mutation at a
// time (Stryker), and reports the share of mutants that the module's tests detect. Fails below the required
// score.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { MODULES } from '../test/mutation/modules.ts';

/** Minimum share of detected mutants per module, in percent. */
const BAR = 85;
const ROOT = join(import.meta.dirname, '..');
const FOLDER = join(ROOT, 'test/mutation');
const STRYKER = join(FOLDER, 'node_modules/@stryker-mutator/core/bin/stryker.js');

const asked = process.argv.slice(2);
const files = asked.filter((name) => name.endsWith('.ts'));
const names = asked.filter((name) => !files.includes(name));
const unknown = names.filter((name) => !Object.hasOwn(MODULES, name));
if (unknown.length > 0)
  fail(`Unknown module ${unknown.join(', ')}. Known: ${Object.keys(MODULES).join(', ')}.`);

run('npm', ['ci', '--prefix', FOLDER, '--no-audit', '--no-fund']);
/** Pairs of a module and the files to mutate; an empty list means all files of the module. */
const runs = [
  ...(asked.length === 0 ? Object.keys(MODULES) : names).map((name) => [name, []]),
  ...files.map((file) => [moduleOf(file), [file]]),
];
const rows = runs.map(([name, only]) => {
  const words = only.length === 0 ? [] : ['--mutate', only.join()];
  run(process.execPath, [STRYKER, 'run', 'test/mutation/stryker.config.mjs', ...words], name);
  return { module: only[0] ?? name, ...countsOf(name) };
});
const total = rows.reduce((sum, { noticed, valid }) => [sum[0] + noticed, sum[1] + valid], [0, 0]);
console.table([...rows, { module: 'total', noticed: total[0], valid: total[1], score: scoreOf(...total) }]);
if (rows.some(({ score }) => score < BAR)) fail(`The score of a module is below ${BAR} %.`);

/** The module that a file belongs to: the one whose patterns match it. */
function moduleOf(file) {
  if (!existsSync(join(ROOT, file))) fail(`${file} does not exist.`);
  const found = Object.keys(MODULES).find((name) => {
    const [not, are] = [true, false].map((isNot) =>
      MODULES[name].mutate
        .filter((pattern) => pattern.startsWith('!') === isNot)
        .map((one) => one.replace(/^!/, '')),
    );
    return are.some((one) => matchesGlob(file, one)) && !not.some((one) => matchesGlob(file, one));
  });
  return found ?? fail(`${file} belongs to no module of test/mutation/modules.ts.`);
}

function countsOf(name) {
  const report = JSON.parse(readFileSync(join(FOLDER, `results/${name}.json`), 'utf8'));
  const statuses = Object.values(report.files).flatMap(({ mutants }) => mutants.map(({ status }) => status));
  const count = (...wanted) => statuses.filter((status) => wanted.includes(status)).length;
  const noticed = count('Killed', 'Timeout');
  const valid = noticed + count('Survived', 'NoCoverage');
  return { noticed, valid, score: scoreOf(noticed, valid) };
}

function scoreOf(noticed, valid) {
  return Number(((100 * noticed) / valid).toFixed(2));
}

function run(command, words, module) {
  const env = module === undefined ? process.env : { ...process.env, SRAG_MUTATION_MODULE: module };
  const { status } = spawnSync(command, words, { cwd: ROOT, stdio: 'inherit', env });
  if (status !== 0) fail(`${command} ${words[0]} ended with ${status}.`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
