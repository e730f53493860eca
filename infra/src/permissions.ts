import { Stack } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { allow } from './acknowledge.ts';
import type { Data } from './data.ts';

const NAMED_LATER =
  'The names of objects are generated when they are written; all are below prefixes of this deployment.';

/** Allows reading which index version of the served collections is published, and nothing else. */
export function allowReadingPointers(data: Data, grantee: IGrantable): void {
  allowReading(
    data,
    grantee,
    data.servedPrefixes.map((prefix) => `${prefix}indexes/published.json`),
  );
}

/** Allows reading the settings and index versions of the served collections. */
export function allowReadingIndexes(data: Data, grantee: IGrantable): void {
  allowReading(
    data,
    grantee,
    data.servedPrefixes.flatMap((prefix) => [`${prefix}collection.json`, `${prefix}indexes/*`]),
  );
}

/**
 * Allows reading the documents of the deployment's own collection, and reading and writing that collection.
 */
export function allowIngesting(data: Data, grantee: IGrantable): void {
  allowReading(data, grantee, [`${data.collectionPrefix}*`, `${data.documentsPrefix}*`]);
  allow(
    grantee,
    new PolicyStatement({
      sid: 'WriteCollection',
      actions: ['s3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
      resources: [data.bucket.arnForObjects(`${data.collectionPrefix}*`)],
    }),
    NAMED_LATER,
  );
  allowKey(data, grantee, 'kms:GenerateDataKey');
}

/** Allows reading and writing this deployment's cached answers. */
export function allowCachedAnswers(data: Data, grantee: IGrantable): void {
  allow(
    grantee,
    new PolicyStatement({
      sid: 'CachedAnswers',
      actions: ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
      resources: [data.bucket.arnForObjects(`${data.cachePrefix}*`)],
    }),
    NAMED_LATER,
  );
  allowListing(data, grantee, 'ListCachedAnswers', [`${data.cachePrefix}*`]);
  allowKey(data, grantee, 'kms:Decrypt', 'kms:GenerateDataKey');
}

/** Allows reading and listing objects by key; a key that ends in `*` is a prefix. */
function allowReading(data: Data, grantee: IGrantable, keys: readonly string[]): void {
  allow(
    grantee,
    new PolicyStatement({
      sid: 'ReadCollections',
      actions: ['s3:GetObject'],
      resources: keys.map((key) => data.bucket.arnForObjects(key)),
    }),
    NAMED_LATER,
  );
  allowListing(data, grantee, 'ListCollections', keys);
  allowKey(data, grantee, 'kms:Decrypt');
}

/**
 * Allows listing keys below prefixes. The condition is not `StringLikeIfExists`, because a listing without a
 * prefix would show all keys of the bucket. A read has no prefix, so S3 returns 403 for a missing object, and
 * srag checks a listing.
 */
function allowListing(data: Data, grantee: IGrantable, sid: string, keys: readonly string[]): void {
  allow(
    grantee,
    new PolicyStatement({
      sid,
      actions: ['s3:ListBucket'],
      resources: [data.bucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': [...keys] } },
    }),
  );
}

/** Allows a role to use the deployment's key. The key's policy delegates access to the account's policies. */
export function allowKey({ key }: Data, grantee: IGrantable, ...actions: string[]): void {
  if (key !== undefined) allow(grantee, new PolicyStatement({ actions, resources: [key.keyArn] }));
}

/** Allows deriving the key that signs index versions, which needs one operation of one KMS key. */
export function allowSigning(grantee: IGrantable, keyArn: string): void {
  allow(
    grantee,
    new PolicyStatement({
      sid: 'SigningKey',
      actions: ['kms:GenerateMac'],
      resources: [keyArn],
      conditions: { StringEquals: { 'kms:MacAlgorithm': 'HMAC_SHA_256' } },
    }),
  );
}

/** Allows invoking these functions, and only through the given aliases. */
export function allowInvoking(grantee: IGrantable, ...functions: readonly IFunction[]): void {
  allow(
    grantee,
    new PolicyStatement({
      sid: 'InvokeFunctions',
      actions: ['lambda:InvokeFunction'],
      resources: functions.map(({ functionArn }) => functionArn),
    }),
  );
}

/** Prefix of a cross-region inference profile, as in `us.amazon...` or `global....`. */
const PROFILE = /^(us|us-gov|eu|apac|ca|jp|au|global)\./;

/** A model of Bedrock, by default in the region of the stack. */
export interface ModelReference {
  readonly model: string;
  readonly region?: string | undefined;
}

/** ARN of a cross-region profile or of an application inference profile of the account. */
const PROFILE_ARN = /:(?:application-)?inference-profile\//;

/** Resources for invoking a model: the model, or a profile and its models. */
interface ModelArns {
  readonly named: readonly string[];
  /** Models that may only be invoked through this profile. */
  readonly behind?: { readonly models: string; readonly profile: string };
}

function modelArns(scope: Construct, { model, region = Stack.of(scope).region }: ModelReference): ModelArns {
  const { partition, account } = Stack.of(scope);
  const foundation = (where: string, name: string): string =>
    `arn:${partition}:bedrock:${where}::foundation-model/${name}`;
  // The owner of an application inference profile may change its models, so all models may be invoked through it.
  if (model.startsWith('arn:') && PROFILE_ARN.test(model))
    return { named: [model], behind: { models: foundation('*', '*'), profile: model } };
  if (model.startsWith('arn:')) return { named: [model] };
  if (!PROFILE.test(model)) return { named: [foundation(region, model)] };
  const profile = `arn:${partition}:bedrock:${region}:${account}:inference-profile/${model}`;
  return { named: [profile], behind: { models: foundation('*', model.replace(PROFILE, '')), profile } };
}

const THROUGH_PROFILE =
  'An inference profile selects one of its regions for each request; its models may only be invoked through it.';

function allowAsking(
  scope: Construct,
  grantee: IGrantable,
  sid: string,
  model: ModelReference,
  actions: readonly string[],
): void {
  const { named, behind } = modelArns(scope, model);
  allow(grantee, new PolicyStatement({ sid, actions: [...actions], resources: [...named] }));
  if (behind === undefined) return;
  allow(
    grantee,
    new PolicyStatement({
      sid: `${sid}BehindProfile`,
      actions: [...actions],
      resources: [behind.models],
      conditions: { StringEquals: { 'bedrock:InferenceProfileArn': behind.profile } },
    }),
    THROUGH_PROFILE,
  );
}

/** Allows invoking one model of Bedrock. */
export function allowModel(scope: Construct, grantee: IGrantable, sid: string, model: ModelReference): void {
  allowAsking(scope, grantee, sid, model, ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream']);
}

/**
 * Allows checking questions and answers with one guardrail, given by id, or by ARN if it belongs to another
 * account.
 */
export function allowGuardrail(
  scope: Construct,
  grantee: IGrantable,
  guardrail: string,
  { region = Stack.of(scope).region }: Pick<ModelReference, 'region'>,
): void {
  const { partition, account } = Stack.of(scope);
  const resource = guardrail.startsWith('arn:')
    ? guardrail
    : `arn:${partition}:bedrock:${region}:${account}:guardrail/${guardrail}`;
  allow(
    grantee,
    new PolicyStatement({ sid: 'Guardrail', actions: ['bedrock:ApplyGuardrail'], resources: [resource] }),
  );
}

/**
 * Allows re-ranking with one model of Bedrock. The permission to invoke the model restricts it, because
 * `bedrock:Rerank` does not support resource-level permissions.
 */
export function allowReranking(scope: Construct, grantee: IGrantable, model: ModelReference): void {
  allowAsking(scope, grantee, 'RerankModel', model, ['bedrock:InvokeModel']);
  allow(grantee, new PolicyStatement({ sid: 'Rerank', actions: ['bedrock:Rerank'], resources: ['*'] }));
}
