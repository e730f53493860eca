import { describe, expect, it } from 'vitest';
import { temporaryProject } from '../support/cli.ts';

const canRestart = process.platform === 'linux' && process.execve !== undefined;

/** Prints the process id, the allocator's setting and the flags at every start of Node. */
const SPY =
  "console.error('start', process.pid, process.env.MALLOC_MMAP_THRESHOLD_ ?? 'unset', process.execArgv.join() || 'none')";
const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(SPY)}` };

/** Runs srag once; returns the processes, settings and flags with which Node started. */
async function startsOf(words: readonly string[], more: Record<string, string> = {}) {
  const project = await temporaryProject();
  await project.write('notes.md', '# Notes\n\nThe kettle is blue.\n');
  const run = await project.run(words, { env: { ...env, ...more } });
  const starts = [...run.stderr.matchAll(/^start (\d+) (\S+) (\S+)$/gm)];
  return {
    run,
    processes: new Set(starts.map(([, processId]) => processId)).size,
    settings: starts.map(([, , setting]) => setting),
    flags: starts.map(([, , , flags]) => flags!.replace(/,?--no-warnings/, '')),
  };
}

// On other platforms, the allocator has no such setting or Node cannot restart in the same process.
describe.skipIf(!canRestart)('the memory of a command', () => {
  it('is limited by an allocator setting, which the program applies by executing itself again in the same process', async () => {
    const { run, processes, settings } = await startsOf(['ingest', 'notes.md', '--json']);
    expect([processes, settings]).toEqual([1, ['unset', '1048576']]);
    expect([run.exitCode, run.json.documents.added]).toEqual([0, 1]);
  });

  it("keeps the caller's allocator setting", async () => {
    const { settings } = await startsOf(['ingest', 'notes.md'], { MALLOC_MMAP_THRESHOLD_: '65536' });
    expect(settings).toEqual(['65536']);
  });

  it.each([
    ['a server', ['serve'], '--max-semi-space-size=8'],
    ['a load test', ['bench', 'run'], '--max-semi-space-size=8,--optimize-for-size'],
    ['a report', ['report'], '--max-semi-space-size=8,--optimize-for-size'],
  ])('is limited by a small heap in %s', async (_, words, expected) => {
    const { processes, settings, flags } = await startsOf([...words, '--unknown']);
    expect([processes, settings]).toEqual([1, ['unset', 'unset']]);
    expect(flags).toEqual(['', expected]);
  });

  it('is not limited for commands that only read', async () => {
    const { settings } = await startsOf(['config']);
    expect(settings).toEqual(['unset']);
  });
});
