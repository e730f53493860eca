import { SragError } from '../../../core/index.ts';
import { awsEndpoint } from '../credentials.ts';
import { type AwsAccount, callAws } from './aws-request.ts';

/** The identity of the credentials. */
export interface Identity {
  readonly account: string;
  readonly arn: string;
}

/**
 * Queries STS for the identity of the credentials, which needs no permission.
 * @throws the errors of {@link callAws}
 */
export async function callerIdentity(account: AwsAccount): Promise<Identity> {
  const text = await callAws(account, {
    service: 'sts',
    title: 'AWS STS',
    url: awsEndpoint('sts', account.region, account.environment),
    method: 'POST',
    path: '/',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'Action=GetCallerIdentity&Version=2011-06-15',
    permission: 'sts:GetCallerIdentity',
  });
  const [number, arn] = ['Account', 'Arn'].map(
    (name) => new RegExp(`<${name}>([^<]+)</${name}>`).exec(text)?.[1],
  );
  if (number === undefined || arn === undefined)
    throw new SragError(
      'AWS_UNAVAILABLE',
      `AWS STS returned a response without an account: ${text.slice(0, 100)}`,
    );
  return { account: number, arn };
}
