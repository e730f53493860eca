import { Duration } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { PipelineFunctions } from './pipeline-functions.ts';
import type { ResolvedProps } from './resolve-props.ts';

/** Invokes `warmup` on a schedule. A run-time switch can turn it off. */
export class WarmupSchedule extends Construct {
  constructor(
    scope: Construct,
    id: string,
    props: ResolvedProps,
    { functions, undelivered }: { readonly functions: PipelineFunctions; readonly undelivered: Queue },
  ) {
    super(scope, id);
    const { everyMinutes = 5, concurrency = 1 } = props.warmup || {};
    new Rule(this, 'Rule', {
      ruleName: `${props.name}-warmup`,
      description: `Keeps ${concurrency} environments of each function of ${props.name} warm`,
      schedule: Schedule.rate(Duration.minutes(everyMinutes)),
      targets: [
        new LambdaTarget(functions.get('warmup').live, {
          event: RuleTargetInput.fromObject({ concurrency }),
          // Not retried: the next scheduled run follows soon.
          retryAttempts: 0,
          maxEventAge: Duration.minutes(1),
          deadLetterQueue: undelivered,
        }),
      ],
    });
  }
}
