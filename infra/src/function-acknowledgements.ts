import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { acknowledge, acknowledgeAnyResource } from './acknowledge.ts';

/** The invoker of a function, which determines what happens to a failed invocation. */
export type Invoker = 'caller' | 'queue' | 'schedule';

const DEAD_LETTERS: Readonly<Record<Invoker, string>> = {
  caller: 'Invoked synchronously: whoever waits for the answer is told, and nothing is left to be queued.',
  queue: 'Invoked by its queue, which has a dead-letter queue of its own.',
  schedule: 'The next scheduled run does the same again; a failed one is counted by the alarm on errors.',
};

/** Acknowledges the findings that rule packs report for every function and its alias. */
export function acknowledgeFunction(lambda: IFunction, invoker: Invoker, live: IFunction = lambda): void {
  acknowledge(lambda, { 'Serverless-LambdaDLQ': DEAD_LETTERS[invoker] });
  if (invoker === 'queue') {
    acknowledge(live, {
      'Serverless-LambdaEventSourceMappingDestination':
        'Event sources of SQS know no such destination: what failed goes to the dead-letter queue of the queue.',
    });
  }
  acknowledgeAnyResource(
    lambda,
    'X-Ray (PutTraceSegments, PutTelemetryRecords) and bedrock:Rerank know no resources; nothing else is allowed on all of them.',
  );
}
