import { type SragError, throwIfAborted } from '../../core/index.ts';
import { AnswerTooLarge } from '../aws/index.ts';
import { awsFailure } from './aws-errors.ts';
import { type ServiceContext, sizeFailure, timeFailure } from './failure.ts';
import { Watchdog } from './watchdog.ts';

/** Limits of one request to an AWS service. */
export interface AwsRequestOptions {
  readonly context: ServiceContext;
  /**
   * Maximum wait, in milliseconds, for the response to start and between its events. In total, a request may
   * take ten times as long.
   */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

function asFailure(error: unknown, watchdog: Watchdog, options: AwsRequestOptions): SragError {
  throwIfAborted(options.signal);
  if (watchdog.exceeded !== undefined) return timeFailure(options.context, watchdog.exceeded, error);
  if (error instanceof AnswerTooLarge) return sizeFailure(options.context, error.maxBytes);
  return awsFailure(error, options.context);
}

/** Runs one SDK call under a time limit and converts its errors to `SragError`. */
export async function awsRequest<T>(
  send: (abortSignal: AbortSignal) => Promise<T>,
  options: AwsRequestOptions,
): Promise<T> {
  throwIfAborted(options.signal);
  const watchdog = new Watchdog(options.timeoutMs, options.signal);
  try {
    return await send(watchdog.signal);
  } catch (error) {
    throw asFailure(error, watchdog, options);
  } finally {
    watchdog.release();
  }
}

/**
 * Runs an SDK call that returns a stream of events. Leaving the loop early closes the connection.
 * Awaits the first event, so that the caller can retry errors before it.
 */
export async function awsEvents<Event>(
  send: (abortSignal: AbortSignal) => Promise<AsyncIterable<Event> | undefined>,
  options: AwsRequestOptions,
): Promise<AsyncIterable<Event>> {
  throwIfAborted(options.signal);
  const watchdog = new Watchdog(options.timeoutMs, options.signal);
  try {
    const stream = await send(watchdog.signal);
    const iterator = (stream ?? emptyStream<Event>())[Symbol.asyncIterator]();
    const first = await nextUnlessAborted(iterator, watchdog.signal);
    watchdog.pause();
    return remaining(first, iterator, watchdog, options);
  } catch (error) {
    watchdog.stop();
    throw asFailure(error, watchdog, options);
  }
}

async function* emptyStream<Event>(): AsyncIterable<Event> {}

/** The next event. Always rejects on abort, unlike the SDK's iterator, which may keep waiting for bytes. */
async function nextUnlessAborted<Event>(
  iterator: AsyncIterator<Event>,
  signal: AbortSignal,
): Promise<IteratorResult<Event>> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  const next = iterator.next();
  try {
    return await Promise.race([next, aborted]);
  } catch (error) {
    next.catch(() => undefined);
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

async function* remaining<Event>(
  first: IteratorResult<Event>,
  iterator: AsyncIterator<Event>,
  watchdog: Watchdog,
  options: AwsRequestOptions,
): AsyncIterable<Event> {
  try {
    for (
      let current = first;
      current.done !== true;
      current = await nextUnlessAborted(iterator, watchdog.signal)
    ) {
      watchdog.pause();
      yield current.value;
      watchdog.alive();
    }
  } catch (error) {
    throw asFailure(error, watchdog, options);
  } finally {
    // Aborting destroys the request. The iterator's `return` is not called, because it would wait for a stalled socket.
    watchdog.stop();
  }
}
