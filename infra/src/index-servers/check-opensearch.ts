import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { SECRET_REFERENCE } from '../adapters.ts';
import { InfraError } from '../infra-error.ts';
import { checkPlace, parseArn } from './check-place.ts';
import { MAX_OCU } from './collection.ts';
import type {
  CollectionReference,
  DomainReference,
  NewDomain,
  OpenSearchProps,
  ServerReference,
} from './props.ts';

/** Families with volumes, encryption at rest and merges on request. */
const INSTANCE = /^(?:t3\.(?:small|medium)|[cmr][5-8](?:g|i)?\.(?:large|\d*xlarge))\.search$/;
/** Values that AWS accepts: 2, 4, 8, and multiples of 16 up to 1,696. */
const isOcu = (ocu: number): boolean =>
  [2, 4, 8].includes(ocu) || (ocu % 16 === 0 && ocu > 0 && ocu <= 1_696);
const CLASSIC_HOST = /\.aoss\.amazonaws\.com(?:\.cn)?$/;
/** Requests to the host of an account name the collection in a header. */
const ACCOUNT_HOST = /^\d{12}\.aoss\./;
const AWS_HOST = /\.(?:es|aoss)\.amazonaws\.com(?:\.cn)?$|\.(?:aos|aoss)\.[a-z0-9-]+\.on\.aws$/;

/** Checks the settings before anything is created. @throws InfraError */
export function checkOpenSearch(scope: Construct, given: OpenSearchProps): void {
  if ('domainArn' in given) checkDomain(scope, given);
  else if ('collectionArn' in given) checkCollection(scope, given);
  else if ('create' in given) checkNew(given);
  else checkServer(given);
}

function checkDomain(scope: Construct, { domainArn, url }: DomainReference): void {
  checkUrl(url);
  if (Token.isUnresolved(domainArn)) return;
  checkPlace(scope, 'opensearch.domainArn', parseArn('opensearch.domainArn', domainArn, 'es', 'domain/'));
}

function checkCollection(scope: Construct, { collectionArn, url }: CollectionReference): void {
  if (url !== undefined) checkUrl(url);
  if (url !== undefined && CLASSIC_HOST.test(hostOf(url)))
    refuse(
      'url',
      url,
      'is that of a Classic collection, which accepts no ids of rows: create a NextGen collection',
    );
  if (url !== undefined && ACCOUNT_HOST.test(hostOf(url)))
    refuse('url', url, 'is that of an account: use the address of the collection');
  if (Token.isUnresolved(collectionArn)) {
    if (url === undefined) refuse('url', url, 'must be set, because the ARN is not known yet');
    return;
  }
  const arn = parseArn('opensearch.collectionArn', collectionArn, 'aoss', 'collection/');
  checkPlace(scope, 'opensearch.collectionArn', arn);
}

function checkServer({ url, username, password }: ServerReference): void {
  checkUrl(url);
  if (AWS_HOST.test(hostOf(url)))
    refuse(
      'url',
      url,
      'belongs to AWS: set domainArn or collectionArn, too, so that the roles may send requests',
    );
  if ((username === undefined) !== (password === undefined))
    refuse('username', username, 'needs a password, and a password needs a username');
  if (password !== undefined && !Token.isUnresolved(password) && !SECRET_REFERENCE.test(password))
    throw new InfraError(
      'opensearch.password would be in the template in clear text. Store it in Secrets Manager and write {{resolve:secretsmanager:NAME:SecretString:KEY}}.',
    );
}

function checkNew(given: Extract<OpenSearchProps, { create: string }>): void {
  if (given.create === 'serverless') {
    const { minOcu = 0, maxOcu = MAX_OCU } = given;
    if (!isOcu(maxOcu)) refuse('maxOcu', maxOcu, 'must be 2, 4, 8, or a multiple of 16 up to 1,696');
    if (!([0, 1].includes(minOcu) || isOcu(minOcu)) || minOcu > maxOcu)
      refuse('minOcu', minOcu, `must be 0, 1, or a value of maxOcu that is at most ${maxOcu}`);
    return;
  }
  const { instanceType, instances = 1, volumeGb = 20 }: NewDomain = given;
  if (instanceType !== undefined && !INSTANCE.test(instanceType))
    refuse(
      'instanceType',
      instanceType,
      'must be a type such as r7g.large.search, m7g.xlarge.search or t3.small.search',
    );
  if (
    !(
      instances === 1 ||
      (Number.isInteger(instances) && instances % 2 === 0 && instances >= 2 && instances <= 10)
    )
  )
    refuse('instances', instances, 'must be 1, or an even number up to 10, half of them in each zone');
  if (!(Number.isInteger(volumeGb) && volumeGb >= 10 && volumeGb <= 2_048))
    refuse('volumeGb', volumeGb, 'must be a whole number from 10 to 2,048');
}

function checkUrl(url: string): void {
  if (Token.isUnresolved(url)) return;
  const isPlain = URL.canParse(url) && new URL(url).username + new URL(url).search + new URL(url).hash === '';
  if (!isPlain || new URL(url).protocol !== 'https:')
    refuse('url', url, 'must be an https address without a user, a query and a fragment');
}

const hostOf = (url: string): string => (Token.isUnresolved(url) ? '' : new URL(url).hostname);

/** The address of a collection, which follows from its ARN. */
export function collectionUrl(scope: Construct, { collectionArn, url }: CollectionReference): string {
  if (url !== undefined) return url;
  const { resource, region } = parseArn('opensearch.collectionArn', collectionArn, 'aoss', 'collection/');
  const { partition } = Stack.of(scope);
  if (!Token.isUnresolved(partition) && partition !== 'aws')
    refuse('url', url, `must be set in partition ${partition}`);
  return `https://${resource}.aoss.${region}.on.aws`;
}

function refuse(name: string, value: unknown, rule: string): never {
  throw new InfraError(`opensearch.${name} is ${JSON.stringify(value) ?? 'missing'}: it ${rule}.`);
}
