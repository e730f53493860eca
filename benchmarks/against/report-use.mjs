// Preloaded into a benchmarked program. At exit, writes its processor time, including that of child processes
// it waited for, in milliseconds (proc(5): fields 14 to 17 of stat, in ticks of 10 ms) and its peak memory to
// the file that SRAG_BENCH_USE names.
import { readFileSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const TICK_MS = 10;

// Processes and threads that the program starts also load this file.
if (isMainThread && process.env.SRAG_BENCH_PARENT === String(process.ppid)) {
  process.on('exit', () => {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    const peakBytes = process.resourceUsage().maxRSS * 1_024;
    writeFileSync(process.env.SRAG_BENCH_USE, JSON.stringify({ processorMs: ticks * TICK_MS, peakBytes }));
  });
}
