/**
 * Measures answers to the question sets on this project's documentation: `npm run eval:docs`. Options are those of
 * `srag eval`, for example `npm run eval:docs -- --failures failures.jsonl`. The name of a set is appended to the
 * file. The floors of CI are in test/quality/floors.json.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QUESTION_SETS, questionFolder, questionPages, ROOT } from '../test/support/docs-questions.ts';

const location = mkdtempSync(join(tmpdir(), 'srag-eval-docs-'));
const given = process.argv.slice(2);
const failures = given.indexOf('--failures') + 1;

function srag(...words: readonly string[]): void {
  const cli = ['--no-warnings', join(ROOT, 'src', 'cli', 'main.ts'), ...words, '--location', location];
  const { status } = spawnSync(process.execPath, cli, { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) process.exitCode = status ?? 1;
}

try {
  srag('ingest', ...questionPages());
  for (const name of QUESTION_SETS) {
    const options = given.map((word, index) =>
      failures > 0 && index === failures ? `${word}.${name}` : word,
    );
    srag('eval', questionFolder(name), '--answers', ...options);
  }
} finally {
  rmSync(location, { recursive: true });
}
