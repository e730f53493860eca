import { SragError } from '../../../core/index.ts';
import { awsEndpoint } from '../credentials.ts';
import { type AwsAccount, askAws } from './aws-request.ts';

/** Who the credentials are. */
export interface Identity {
  readonly account: string;
  readonly arn: string;
}

/** Asks STS who the credentials are: it needs no permission. @throws as {@link askAws} */
export async function callerIdentity(account: AwsAccount): Promise<Identity> {
  const text = await askAws(account, {
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
      `AWS STS gave an answer without an account: ${text.slice(0, 100)}`,
    );
  return { account: number, arn };
}
