#!/usr/bin/env node
/**
 * Takes a fresh clone to an answer with citations and to measured comparisons. Runs before anything is
 * installed, so it uses only Node's built-in modules and works on Node 20; steps that need Node 22 or later
 * run with the Node that npm installs. `npm run quickstart -- --rows 5000` compares on fewer synthetic rows.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CLI = 'dist/cli/main.js';
const OWN_DOCUMENTS = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'docs'];
/** Selects the default collection, which the suggested commands use, regardless of the environment. */
const HERE = ['--location', '.srag', '--collection', 'default'];
const QUESTION = 'How is a document written so that readers never see half of it?';
const NEXT_QUESTION = 'Why is an index version a full copy?';
const SYNTHETIC = { rows: rowsAsked() ?? 20_000, dimensions: 256, clusters: 100, queries: 200, seed: 7 };
/** Folder of the questions drafted from the documents and of the comparison's report. */
const REPORT_FOLDER = join('.srag', 'quickstart');
const COMPARED = ['lancedb-flat:vector', 'lancedb-ivf-hnsw-sq:vector'];

/** An expected failure whose message is printed without a stack trace. */
class Stop extends Error {}

const startedMs = performance.now();
const seconds = (fromMs) => `${((performance.now() - fromMs) / 1000).toFixed(1)} s`;
const say = (line = '') => console.log(line);

try {
  const summary = [];
  const step = (title, work) => {
    say(`\n== ${title}`);
    const fromMs = performance.now();
    const isDone = work() !== 'skipped';
    const took = isDone ? seconds(fromMs) : 'nothing to do';
    say(`   (${took})`);
    summary.push([title, took]);
  };
  step('Install the packages', install);
  step('Build srag', build);
  step("Ingest the project's own documents and index them", ingest);
  step('Ask a question', ask);
  step('Compare two index kinds on synthetic vectors', compare);
  step("Compare two index kinds on the project's documents", compareOnDocuments);
  say(`\n== Done in ${seconds(startedMs)}`);
  for (const [title, took] of summary) say(`   ${title.padEnd(52)}${took}`);
  say('\nThe collection stays in .srag. Try your own questions:');
  say(`   npx srag ask "${NEXT_QUESTION}"`);
  say('   npx srag search "filter by year" --top-k 3 --explain');
  say('All commands: npx srag --help');
  say(`The comparison with charts, to open in a browser: ${join(ROOT, REPORT_FOLDER, 'comparison.html')}`);
} catch (error) {
  console.error(error instanceof Stop ? `\nQuickstart stopped: ${error.message}` : error);
  process.exitCode = 1;
}

/** Parses the number after `--rows`. */
function rowsAsked() {
  const at = process.argv.indexOf('--rows');
  if (at < 0) return undefined;
  const rows = Number(process.argv[at + 1]);
  if (Number.isInteger(rows) && rows >= 1_000) return rows;
  console.error(`--rows is ${process.argv[at + 1]}; it must be an integer >= 1000.`);
  process.exit(2);
}

function install() {
  const stale = staleInstall();
  if (stale === undefined) return 'skipped';
  say(`   ${stale}: npm ci (takes a few minutes the first time, because npm downloads LanceDB)`);
  // npm sets npm_execpath for its scripts; without it (node scripts/quickstart.mjs), npm is looked up on
  // PATH.
  const npm = process.env.npm_execpath;
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  if (npm?.endsWith('.js'))
    run(process.execPath, [npm, 'ci', ...quiet], 'npm ci failed; its output is above');
  else run('npm', ['ci', ...quiet], 'npm ci failed; its output is above');
}

/** Why the installed packages do not match the lock file, or undefined. */
function staleInstall() {
  const installed = readLock('node_modules/.package-lock.json');
  if (installed === undefined) return 'node_modules is missing';
  const wanted = readLock('package-lock.json') ?? {};
  const paths = Object.keys(wanted).filter((path) => path.startsWith('node_modules/') && !wanted[path].link);
  const isStale = (path) => {
    const there = installed[path];
    // Packages for other platforms are only in the lock file.
    return there === undefined ? !wanted[path].optional : there.version !== wanted[path].version;
  };
  const stale = paths.find(isStale);
  return stale === undefined ? undefined : `${stale} has another version than in package-lock.json`;
}

function readLock(path) {
  try {
    return JSON.parse(readFileSync(join(ROOT, path), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

function build() {
  if (
    existsSync(join(ROOT, CLI)) &&
    newest('dist/cli') >= Math.max(...['src', 'tsdown.config.ts', 'package.json'].map(newest))
  )
    return 'skipped';
  run(node(), [join('node_modules', 'tsdown', 'dist', 'run.mjs'), '--logLevel', 'error'], 'the build failed');
}

/** Latest modification time of the files in a folder, in milliseconds. */
function newest(path) {
  const absolute = join(ROOT, path);
  const info = statSync(absolute);
  if (!info.isDirectory()) return info.mtimeMs;
  return readdirSync(absolute).reduce((latest, name) => Math.max(latest, newest(join(path, name))), 0);
}

function ingest() {
  srag(['ingest', ...OWN_DOCUMENTS, ...HERE]);
}

function ask() {
  say(`   Q: ${QUESTION}\n`);
  srag(['ask', QUESTION, ...HERE]);
}

function compare() {
  const folder = mkdtempSync(join(tmpdir(), 'srag-quickstart-'));
  try {
    const script = `import { writeSyntheticDataset } from 'srag'; await writeSyntheticDataset(${JSON.stringify(folder)}, ${JSON.stringify(SYNTHETIC)});`;
    run(node(), ['--input-type=module', '--eval', script], 'the synthetic collection could not be written');
    say(
      `   ${SYNTHETIC.rows} rows of ${SYNTHETIC.dimensions} numbers, ${SYNTHETIC.queries} questions, seed ${SYNTHETIC.seed}; each question is run against both kinds in turn`,
    );
    const location = join(folder, 'location');
    const common = [
      '--vectors',
      join(folder, 'vectors'),
      '--location',
      location,
      '--collection',
      'synthetic',
    ];
    const result = sragJson(['eval', folder, ...common, '--compare', ...COMPARED]);
    const { versions } = sragJson(['index', 'list', '--location', location, '--collection', 'synthetic']);
    say(`   ${'index kind'.padEnd(22)}recall@10   p50       p95       built in`);
    for (const [position, name] of [
      ['a', COMPARED[0]],
      ['b', COMPARED[1]],
    ]) {
      const { indexRecall, latencyMs } = result[position];
      const kind = name.split(':')[0];
      const built = versions.find((version) => version.kind === kind)?.build.durationMs ?? Number.NaN;
      const milliseconds = (value) => `${value.toFixed(1)} ms`.padEnd(10);
      say(
        `   ${kind.padEnd(22)}${indexRecall.toFixed(3).padEnd(12)}${milliseconds(latencyMs.p50)}${milliseconds(latencyMs.p95)}${(built / 1000).toFixed(1)} s`,
      );
    }
    say(
      '   recall@10: the share of the ten nearest rows that the search finds. Exact search reads every vector, so its time grows with the rows.',
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Compares two index kinds on questions drafted from the documents. */
function compareOnDocuments() {
  const [questions, report] = ['questions.jsonl', 'comparison.html'].map((name) => join(REPORT_FOLDER, name));
  mkdirSync(join(ROOT, REPORT_FOLDER), { recursive: true });
  rmSync(join(ROOT, questions), { force: true });
  srag(['questions', 'make', '--limit', '20', '--output', questions, ...HERE]);
  const kinds = ['--kinds', 'lancedb-flat,snapshot', '--mode', 'lexical', '--rounds', '1'];
  srag(['compare', questions, ...kinds, '--report', report, ...HERE]);
}

/** Path of the Node.js that npm installed, otherwise of the current one. */
function node() {
  const own = join(ROOT, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(own)) return own;
  if (Number(process.versions.node.split('.')[0]) >= 22) return process.execPath;
  throw new Stop(
    `Node ${process.versions.node} is too old and node_modules contains no other. Run npm ci, or use Node 22 or later.`,
  );
}

function srag(words) {
  run(node(), [CLI, ...words], `srag ${words[0]} failed; its message is above`);
}

function sragJson(words) {
  const { stdout } = run(
    node(),
    [CLI, ...words, '--json'],
    `srag ${words[0]} failed; its message is above`,
    'pipe',
  );
  return JSON.parse(stdout);
}

function run(program, words, failure, stdout = 'inherit') {
  const result = spawnSync(program, words, {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', stdout, 'inherit'],
  });
  if (result.error) throw new Stop(`${failure} (${result.error.message}).`);
  if (result.signal) throw new Stop(`it was ended by signal ${result.signal}.`);
  if (result.status !== 0) throw new Stop(`${failure} (exit code ${result.status}).`);
  return result;
}
