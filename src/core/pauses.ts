import { steadyNow } from './steady-clock.ts';

/** Connections idle for at most this long are reused: services keep idle connections open for seconds. */
const TRUSTED_PAUSE_MS = 50;

interface Subscription {
  readonly subject: WeakRef<object>;
  readonly react: (subject: never, pausedMs: number) => void;
}

const subscriptions = new Set<Subscription>();
let endedMs: number | undefined;

/**
 * Calls `react` when work resumes after a pause. A function's environment is frozen between invocations, and its idle
 * connections may die unnoticed. `subject` is held weakly.
 */
export function afterPause<Subject extends object>(
  subject: Subject,
  react: (subject: Subject, pausedMs: number) => void,
): void {
  subscriptions.add({ subject: new WeakRef(subject), react });
}

/** Notifies the subscribers of {@link afterPause} if the last work ended more than 50 ms ago. */
export function workBegins(): void {
  const pausedMs = endedMs === undefined ? 0 : steadyNow() - endedMs;
  endedMs = undefined;
  if (pausedMs <= TRUSTED_PAUSE_MS) return;
  for (const subscription of subscriptions) {
    const subject = subscription.subject.deref();
    if (subject === undefined) subscriptions.delete(subscription);
    else subscription.react(subject as never, pausedMs);
  }
}

/** Marks the end of work: the process may be frozen from now on. */
export function workEnds(): void {
  endedMs = steadyNow();
}
