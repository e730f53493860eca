import { Socket } from 'node:net';
import { asSragError, messageOf } from '../../../core/index.ts';
import { type Budget, budgetOf } from './budget.ts';
import { receiveFrames, sendFrame } from './frames.ts';
import type { ReaderReply, ReadRequest } from './protocol.ts';
import { readFile } from './read-file.ts';
import { endProcess, Watchdog } from './watchdog.ts';

/** File descriptor of the channel to the parent process. */
const CHANNEL = 3;
/** Maximum bytes buffered for the parent process while it writes to the corpus. */
const MAX_BUFFERED_BYTES = 4 * 2 ** 20;

/** If memory exceeds this share of its limit, garbage is collected before the next file. */
const COLLECTION_SHARE = 0.6;

function memoryAfter({ memoryMb }: Budget): number {
  if (process.memoryUsage.rss() > memoryMb * 2 ** 20 * COLLECTION_SHARE) globalThis.gc?.();
  return process.memoryUsage.rss();
}

/** Serves read requests one after the other until the channel is closed. */
export async function serve(program: URL, watchdogRole: string): Promise<void> {
  // Ctrl-C reaches every process of the terminal; the parent process handles it.
  process.on('SIGINT', () => {});
  // Errors that a parser throws outside of awaited promises also count as faults of the file.
  process.on('uncaughtException', (error) => endProcess('fault', 0, messageOf(error)));
  const watchdog = new Watchdog(program, watchdogRole);
  const options = { fd: CHANNEL, writableHighWaterMark: MAX_BUFFERED_BYTES };
  const channel = new Socket(options);
  const send = async (reply: ReaderReply): Promise<void> => {
    watchdog.rest();
    await sendFrame(channel, reply);
  };
  const flushed = async (): Promise<void> => {
    watchdog.rest();
    await new Promise((resolve) => channel.write(new Uint8Array(0), resolve));
  };
  channel.on('error', () => process.exit());
  await send({ kind: 'ready' });
  for await (const request of receiveFrames<ReadRequest>(channel)) {
    try {
      await readFile(request, watchdog, { send, flushed });
      await send({ kind: 'done', memoryBytes: memoryAfter(budgetOf(request.file, request.limits)) });
    } catch (error) {
      const { code, message, remedy, fields } = asSragError(error);
      await send({ kind: 'fault', code, message, remedy, fields });
    }
  }
  process.exit();
}
