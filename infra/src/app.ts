import { App, Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { acknowledge } from './acknowledge.ts';
import { FEATURE_FLAGS } from './feature-flags.ts';
import { InfraError } from './infra-error.ts';
import { type DeploymentSettings, SragStack } from './srag-stack.ts';

/**
 * The CDK app behind `srag deploy`: one stack. Its settings (JSON) are in the context `deployment` or, to
 * keep them out of the process list, in the environment variable `SRAG_DEPLOYMENT`.
 */
const app = new App({ postCliContext: { ...FEATURE_FLAGS } });
try {
  const settings = readSettings(app.node.tryGetContext('deployment') ?? process.env.SRAG_DEPLOYMENT);
  if (settings.destroy === true) {
    // Destroying needs no build: CDK only needs the stack's name.
    acknowledge(new Stack(app, settings.name), {
      'CloudFormation-Validate::F0001': 'This template is never deployed.',
    });
  } else {
    new SragStack(app, settings.name, settings, {
      // The CDK command sets it. The partition (AWS, China, GovCloud) is derived from the region.
      env: { region: process.env.CDK_DEFAULT_REGION },
      description: `srag: question answering over collection ${settings.collection ?? 'default'}`,
    });
  }
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
} catch (error) {
  if (!(error instanceof InfraError)) throw error;
  // User errors are printed as a sentence, without a stack trace.
  process.stderr.write(`InfraError: ${error.message}\n`);
  process.exit(1);
}

function readSettings(context: unknown): DeploymentSettings & { readonly destroy?: boolean } {
  try {
    const settings = typeof context === 'string' ? JSON.parse(context) : context;
    if (typeof settings?.name === 'string') return settings;
  } catch {
    // Reported below.
  }
  throw new InfraError(
    `The context 'deployment' is ${context === undefined ? 'missing' : 'invalid'}: it must be JSON with at least a name, as in --context deployment='{"name": "demo"}'.`,
  );
}
