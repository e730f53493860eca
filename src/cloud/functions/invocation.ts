import { workBegins, workEnds } from '../../core/index.ts';

/** The handler, telling the clients of services that the environment may have been frozen before it is called. */
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
