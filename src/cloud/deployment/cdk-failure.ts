import { type ErrorCode, SragError } from '../../core/index.ts';
import { excerpt } from '../../io/remote/index.ts';

interface Meaning {
  readonly pattern: RegExp;
  readonly code: ErrorCode;
  readonly remedy: string;
}

/** CDK's messages for problems outside the stack, with error code and remedy. */
const MEANINGS: readonly Meaning[] = [
  {
    // CloudWatch Logs, SNS and SQS report this if the key's policy does not allow them to use the key.
    pattern:
      /KMS key does not exist or is not allowed to be used|KMS(?:\.| key )?AccessDenied|KMS key .{0,200}(?:not authorized|access denied)/i,
    code: 'ACCOUNT_NOT_READY',
    remedy:
      "The policy of the key in 'deploy.kms' must allow logs, alarms and events to use it: add the statements of docs/guide/deploy.md#your-own-kms-key to it, then deploy again.",
  },
  {
    pattern: /is not bootstrapped|has not been bootstrapped|\/cdk-bootstrap\/[^ ]*|bootstrap stack/i,
    code: 'ACCOUNT_NOT_READY',
    remedy: 'Bootstrap the account and region once: srag deploy --bootstrap. srag doctor --aws checks it.',
  },
  {
    pattern:
      /unable to resolve AWS account|no credentials|could not load credentials|credentials have been configured|security token .{0,200} (invalid|expired)|ExpiredToken/i,
    code: 'CREDENTIALS_MISSING',
    remedy: 'Provide AWS credentials: environment variables, a profile (aws sso login), or a role.',
  },
  {
    pattern: /AccessDenied|is not authorized to perform/i,
    code: 'ACCESS_DENIED',
    remedy: 'Grant these credentials the permission in the message, or deploy with other credentials.',
  },
  {
    pattern: /decreases account's UnreservedConcurrentExecution/i,
    code: 'ACCOUNT_NOT_READY',
    remedy:
      "Set deploy.reservedConcurrency to 'unreserved' or lower, or ask AWS for more concurrent executions.",
  },
];

/** Lines that say nothing about the cause. */
const NOISE = /^\s*$|feature flags are not configured|^NOTICES|cdk flags|Proceeding anyway/i;

/**
 * The error for a failed run of CDK. It names the error of the app, or what is missing outside the stack, or
 * else quotes CDK's last output.
 */
export function cdkFailure(
  command: string,
  exitCode: number | null,
  { stdout, stderr }: { readonly stdout: string; readonly stderr: string },
): SragError {
  const refused = /^InfraError: (.*)$/m.exec(stderr)?.[1];
  if (refused !== undefined) {
    return new SragError('INVALID_CONFIG', refused, {
      remedy: "Correct 'deploy' in the configuration, or the build.",
    });
  }
  const all = `${stdout}\n${stderr}`;
  const lines = all.split('\n').filter((line) => !NOISE.test(line));
  const telling = lines.filter((line) => /error|exception|fail|❌|^‣|not |denied/i.test(line)).slice(-4);
  const detail = excerpt((telling.length > 0 ? telling : lines.slice(-3)).join(' '), 800);
  const meaning = MEANINGS.find(({ pattern }) => pattern.test(all));
  return new SragError(
    meaning?.code ?? 'DEPLOYMENT_FAILED',
    `cdk ${command} ended with ${exitCode === null ? 'a signal' : exitCode}: ${detail || 'no output'}`,
    { remedy: meaning?.remedy ?? 'See the events of the stack in CloudFormation; then deploy again.' },
  );
}
