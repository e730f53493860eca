import { workBegins, workEnds } from '../../core/index.ts';

/** Wraps a handler to notify service clients first that the environment may have been frozen. */
export const invocation =
  <Arguments extends unknown[], Result>(handler: (...given: Arguments) => Promise<Result>) =>
  async (...given: Arguments): Promise<Result> => {
    workBegins();
    try {
      return await handler(...given);
    } finally {
      workEnds();
    }
  };
