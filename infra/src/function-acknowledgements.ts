import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { acknowledge, acknowledgeAnyResource } from './acknowledge.ts';

/** The invoker of a function, which determines what happens to a failed invocation. */
export type Invoker = 'caller' | 'queue' | 'schedule';

const DEAD_LETTERS: Readonly<Record<Invoker, string>> = {
  caller: 'Invoked synchronously: the caller receives the error, so there is nothing to queue.',
  queue: 'Invoked by its queue, which has its own dead-letter queue.',
  schedule: 'The next scheduled run repeats the work; the alarm on errors counts failed runs.',
};

/** Acknowledges the findings that rule packs report for every function and its alias. */
export function acknowledgeFunction(lambda: IFunction, invoker: Invoker, live: IFunction = lambda): void {
  acknowledge(lambda, { 'Serverless-LambdaDLQ': DEAD_LETTERS[invoker] });
  if (invoker === 'queue') {
    acknowledge(live, {
      'Serverless-LambdaEventSourceMappingDestination':
        'SQS event sources do not support this destination: failed messages go to the dead-letter queue of the queue.',
    });
  }
  acknowledgeAnyResource(
    lambda,
    'X-Ray (PutTraceSegments, PutTelemetryRecords) and bedrock:Rerank do not support resource-level permissions; no other action is allowed on `*`.',
  );
}
