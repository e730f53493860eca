import { SragError } from '../../../core/index.ts';
import { awsEndpoint } from '../credentials.ts';
import { type AwsAccount, callAws } from './aws-request.ts';
import { Finding } from './check.ts';

/** Parameter in which CDK stores the version of its bootstrap stack. */
const PARAMETER = '/cdk-bootstrap/hnb659fds/version';
/** Minimum version that templates of the pinned CDK require. */
const LEAST_VERSION = 6;

/** Checks whether CDK can deploy to the account and region. */
export async function bootstrapState(account: AwsAccount): Promise<string | Finding> {
  const command = `srag deploy --bootstrap --region ${account.region}`;
  let text: string;
  try {
    text = await callAws(account, {
      service: 'ssm',
      title: 'SSM',
      url: awsEndpoint('ssm', account.region, account.environment),
      method: 'POST',
      path: '/',
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AmazonSSM.GetParameter' },
      body: JSON.stringify({ Name: PARAMETER }),
      permission: `ssm:GetParameter on ${PARAMETER}`,
    });
  } catch (error) {
    if (!(error instanceof SragError && error.fields.type === 'ParameterNotFound')) throw error;
    return new Finding('failed', `${account.region} is not bootstrapped for CDK`, `Once: ${command}`);
  }
  const version = Number((JSON.parse(text) as { Parameter?: { Value?: string } }).Parameter?.Value);
  if (version >= LEAST_VERSION) return `bootstrapped, version ${version}`;
  return new Finding(
    'failed',
    `bootstrapped at version ${version}, older than ${LEAST_VERSION}`,
    `Again: ${command}`,
  );
}
