import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { acknowledge, acknowledgeAnyResource } from './acknowledge.ts';
import type { Data } from './data.ts';
import { ofPartition, substitutionsFor } from './definition.ts';
import { allowInvoking } from './permissions.ts';
import type { PipelineFunctions } from './pipeline-functions.ts';
import type { ResolvedProps } from './resolve-props.ts';

/** Why the role of a state machine has permissions on `*`. */
export const LOGS_AND_TRACES =
  'Log delivery and X-Ray do not support resource-level permissions; no other action is allowed on `*`.';

const ERRORS_ALONE =
  'The functions log one line per request; logging every event of a question would cost more than the question.';

/** The Express state machine behind `POST /query`: retrieve, then generate. */
export class Workflow extends Construct {
  readonly stateMachine: StateMachine;

  constructor(
    scope: Construct,
    id: string,
    props: ResolvedProps,
    parts: { readonly data: Data; readonly functions: PipelineFunctions; readonly definition: string },
  ) {
    super(scope, id);
    const { data, functions } = parts;
    const definition = ofPartition(this, parts.definition);
    const [retrieve, generate] = [functions.get('retrieve').live, functions.get('generate').live];
    const logGroup = new LogGroup(this, 'Logs', {
      // With this prefix, AWS's resource policy for log groups stays within its size limit.
      logGroupName: `/aws/vendedlogs/states/${props.name}-query`,
      retention: props.logRetentionDays as RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
      ...(data.key === undefined ? {} : { encryptionKey: data.key }),
    });
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineName: `${props.name}-query`,
      stateMachineType: StateMachineType.EXPRESS,
      definitionBody: DefinitionBody.fromString(definition),
      definitionSubstitutions: substitutionsFor('state-machine.asl.json', definition, {
        RetrieveFunction: retrieve.functionArn,
        GenerateFunction: generate.functionArn,
      }),
      tracingEnabled: true,
      // Logging every step costs more than running it. Execution data contains questions and answers.
      logs: {
        destination: logGroup,
        level: props.logText ? LogLevel.ALL : LogLevel.ERROR,
        includeExecutionData: props.logText === true,
      },
    });
    allowInvoking(this.stateMachine, retrieve, generate);
    acknowledgeAnyResource(this.stateMachine, LOGS_AND_TRACES);
    if (!props.logText) acknowledge(this.stateMachine, { 'AwsSolutions-SF1': ERRORS_ALONE });
    for (const { plan, lambda } of functions.all) {
      if (!plan.needs.includes('workflow')) continue;
      lambda.addEnvironment('SRAG_STATE_MACHINE', this.stateMachine.stateMachineArn);
      this.stateMachine.grantStartSyncExecution(lambda);
    }
  }
}
