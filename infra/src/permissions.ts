import { Stack } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { allow } from './acknowledge.ts';
import type { Data } from './data.ts';

/** Reading what lies under the deployment's prefix. */
export function allowReading(data: Data, grantee: IGrantable): void {
  allow(
    grantee,
    new PolicyStatement({
      sid: 'ReadCollections',
      actions: ['s3:GetObject'],
      resources: [data.bucket.arnForObjects(`${data.prefix}/*`)],
    }),
    UNDER_PREFIX,
  );
  allow(
    grantee,
    new PolicyStatement({
      sid: 'ListCollections',
      actions: ['s3:ListBucket'],
      resources: [data.bucket.bucketArn],
      // IfExists: without this permission S3 answers 403 instead of 404 to a read of a missing object, and a read has
      // no prefix to compare.
      conditions: { StringLikeIfExists: { 's3:prefix': [data.prefix, `${data.prefix}/*`] } },
    }),
  );
  allowKey(data, grantee, 'kms:Decrypt');
}

const UNDER_PREFIX =
  'Objects of index versions have names that are made at their build; all lie under the prefix of this deployment.';

/** Reading and writing what lies under the deployment's prefix. */
export function allowWriting(data: Data, grantee: IGrantable): void {
  allowReading(data, grantee);
  allow(
    grantee,
    new PolicyStatement({
      sid: 'WriteCollections',
      actions: ['s3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
      resources: [data.bucket.arnForObjects(`${data.prefix}/*`)],
    }),
    UNDER_PREFIX,
  );
  allowKey(data, grantee, 'kms:GenerateDataKey');
}

/** Reading and writing objects under one of the deployment's own folders. */
export function allowFolder(data: Data, grantee: IGrantable, sid: string, prefix: string): void {
  allow(
    grantee,
    new PolicyStatement({
      sid,
      actions: ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
      resources: [data.bucket.arnForObjects(`${prefix}*`)],
    }),
    'Names of these objects are made when they are written; all lie in this folder of the deployment.',
  );
  allowKey(data, grantee, 'kms:Decrypt', 'kms:GenerateDataKey');
}

/** Use of the deployment's key by a role; the key's own policy leaves this to the policies of the account. */
export function allowKey({ key }: Data, grantee: IGrantable, ...actions: string[]): void {
  if (key !== undefined) allow(grantee, new PolicyStatement({ actions, resources: [key.keyArn] }));
}

/** Invoking functions as they are now; versions and aliases are not needed. */
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

/** Prefix of an inference profile that spans regions, as in `us.amazon...` or `global....`. */
const PROFILE = /^(us|us-gov|eu|apac|ca|jp|au|global)\./;

/** A model of Bedrock, in the region of the stack unless another is named. */
export interface ModelReference {
  readonly model: string;
  readonly region?: string | undefined;
}

/** ARNs that a call of this model needs: its own, or a profile's with the models behind it. */
function modelArns(scope: Construct, { model, region = Stack.of(scope).region }: ModelReference): string[] {
  const { partition, account } = Stack.of(scope);
  if (model.startsWith('arn:')) return [model];
  if (!PROFILE.test(model)) return [`arn:${partition}:bedrock:${region}::foundation-model/${model}`];
  return [
    `arn:${partition}:bedrock:${region}:${account}:inference-profile/${model}`,
    `arn:${partition}:bedrock:*::foundation-model/${model.replace(PROFILE, '')}`,
  ];
}

const ANY_REGION =
  'A cross-region inference profile answers from whichever of its regions is free; the model is named.';

/** Asking one model of Bedrock. */
export function allowModel(scope: Construct, grantee: IGrantable, sid: string, model: ModelReference): void {
  allow(
    grantee,
    new PolicyStatement({
      sid,
      actions: ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'],
      resources: modelArns(scope, model),
    }),
    ANY_REGION,
  );
}

/** Re-ranking by one model of Bedrock; `bedrock:Rerank` itself knows no resources, the model's permission does. */
export function allowReranking(scope: Construct, grantee: IGrantable, model: ModelReference): void {
  allow(
    grantee,
    new PolicyStatement({
      sid: 'RerankModel',
      actions: ['bedrock:InvokeModel'],
      resources: modelArns(scope, model),
    }),
    ANY_REGION,
  );
  allow(grantee, new PolicyStatement({ sid: 'Rerank', actions: ['bedrock:Rerank'], resources: ['*'] }));
}
