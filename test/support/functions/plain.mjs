/** A function under test; the event selects what its handler does. */
import { setTimeout as delay } from 'node:timers/promises';

let invocations = 0;
let ticks = 0;

export async function handler(event, context) {
  invocations++;
  const { act } = event;
  if (act === 'throw') throw new TypeError(`no ${event.what}`);
  if (act === 'throw-text') throw 'only words';
  if (act === 'exit') process.exit(event.code ?? 3);
  if (act === 'crash') setTimeout(() => Promise.reject(new Error('nobody caught it')), 1);
  if (act === 'crash' || act === 'hang') await delay(60_000);
  if (act === 'sleep') await delay(event.ms);
  if (act === 'tick') setInterval(() => ticks++, 5);
  if (act === 'log') console.log(event.line);
  if (act === 'big') return 'x'.repeat(event.characters);
  if (act === 'circular') return Object.assign(event, { event });
  if (act === 'hoard') {
    globalThis.hoard = [];
    for (;;) {
      globalThis.hoard.push(Buffer.alloc(8 * 2 ** 20, 1));
      await delay(5);
    }
  }
  if (act === 'work') {
    // Measured in processor time, not wall time.
    const before = process.cpuUsage();
    for (;;) {
      const { user, system } = process.cpuUsage(before);
      if (user + system >= event.ms * 1_000) break;
      for (let count = 0; count < 1e5; count++) Math.sqrt(count);
    }
  }
  if (act === 'environment') return { env: process.env, cwd: process.cwd() };
  if (act === 'context')
    return {
      ...context,
      remainingMs: context.getRemainingTimeInMillis(),
      trace: process.env._X_AMZN_TRACE_ID,
    };
  if (act === 'nothing') return undefined;
  if (act === 'proxy') return event.reply;
  return { invocations, pid: process.pid, ticks, event };
}
