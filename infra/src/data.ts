import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  type IBucket,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { CACHE_FOLDER, CANARY_FOLDER, DOCUMENTS_FOLDER } from './data-folders.ts';
import type { ResolvedProps } from './resolve-props.ts';

/** Days for which artifacts of canary runs are kept. */
const CANARY_DAYS = 31;

/**
 * What happens to stored data when the stack is destroyed. If the first deployment fails, CloudFormation deletes the
 * resources that it created, which are still empty.
 */
export const removalPolicyOf = ({ retainData }: Pick<ResolvedProps, 'retainData'>): RemovalPolicy =>
  retainData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;

/** Bucket and key of a deployment. */
export class Data extends Construct {
  readonly bucket: IBucket;
  readonly key: IKey | undefined;
  readonly prefix: string;
  /** Prefix of the collection for ingestion; ends with `/`. */
  readonly collectionPrefix: string;
  /** Prefixes of all served collections; each ends with `/`. */
  readonly servedPrefixes: readonly string[];
  /** Prefix of uploaded documents to ingest; ends with `/`. */
  readonly documentsPrefix: string;
  /** Prefix of this deployment's cached answers; ends with `/`. */
  readonly cachePrefix: string;

  constructor(scope: Construct, id: string, props: ResolvedProps) {
    super(scope, id);
    this.prefix = props.prefix;
    this.documentsPrefix = `${props.prefix}/${DOCUMENTS_FOLDER}/${props.collection}/`;
    this.cachePrefix = `${props.prefix}/${CACHE_FOLDER}/${props.name}/`;
    this.collectionPrefix = `${props.prefix}/${props.collection}/`;
    this.servedPrefixes = [...new Set([props.collection, ...props.collections])].map(
      (collection) => `${props.prefix}/${collection}/`,
    );
    const removalPolicy = removalPolicyOf(props);
    this.key = this.#keyOf(props, removalPolicy);
    this.bucket = props.bucket ?? this.#newBucket(props, removalPolicy);
  }

  /** `s3://bucket/prefix`, a location of srag. */
  get location(): string {
    return `s3://${this.bucket.bucketName}/${this.prefix}`;
  }

  #keyOf({ name, kms }: ResolvedProps, removalPolicy: RemovalPolicy): IKey | undefined {
    if (kms === undefined || kms === false) return undefined;
    if (kms !== true) return kms;
    const key = new Key(this, 'Key', {
      description: `Data, logs and messages of ${name}`,
      enableKeyRotation: true,
      removalPolicy,
    });
    const { region, account, partition, urlSuffix } = Stack.of(this);
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'LogsOfThisDeployment',
        principals: [new ServicePrincipal(`logs.${region}.${urlSuffix}`)],
        actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
        resources: ['*'],
        conditions: {
          ArnLike: {
            // The name of API Gateway's execution log group has the id of the API, not the name of the
            // deployment.
            'kms:EncryptionContext:aws:logs:arn': [`*${name}*`, 'API-Gateway-Execution-Logs_*'].map(
              (group) => `arn:${partition}:logs:${region}:${account}:log-group:${group}`,
            ),
          },
        },
      }),
    );
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsAndEventsOfThisAccount',
        principals: [
          new ServicePrincipal('cloudwatch.amazonaws.com'),
          new ServicePrincipal('events.amazonaws.com'),
        ],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    );
    return key;
  }

  #newBucket(props: ResolvedProps, removalPolicy: RemovalPolicy): IBucket {
    const bucket = new Bucket(this, 'Bucket', {
      encryption: this.key === undefined ? BucketEncryption.S3_MANAGED : BucketEncryption.KMS,
      ...(this.key === undefined ? {} : { encryptionKey: this.key, bucketKeyEnabled: true }),
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: props.versioned === true,
      removalPolicy,
      lifecycleRules: [
        { id: 'unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(7) },
        // Readers check the expiry of cached answers themselves; this rule only frees space.
        { id: 'cached-answers', prefix: `${props.prefix}/${CACHE_FOLDER}/`, expiration: Duration.days(1) },
        ...(props.canary
          ? [
              {
                id: 'canary-runs',
                prefix: `${props.prefix}/${CANARY_FOLDER}/${props.name}/`,
                expiration: Duration.days(CANARY_DAYS),
              },
            ]
          : []),
        ...(props.versioned
          ? [
              {
                id: 'old-versions',
                noncurrentVersionExpiration: Duration.days(30),
                expiredObjectDeleteMarker: true,
              },
            ]
          : []),
      ],
    });
    // CloudFormation can set this property; CDK's own option would add a function that sets it.
    if (props.ingest) {
      (bucket.node.defaultChild as CfnBucket).notificationConfiguration = {
        eventBridgeConfiguration: { eventBridgeEnabled: true },
      };
    }
    acknowledge(bucket, {
      'AwsSolutions-S1':
        'Every read goes through functions that log it with its request id; access logs would need a second bucket and contain the same data. Turn them on for the bucket if your rules require them.',
    });
    return bucket;
  }
}
