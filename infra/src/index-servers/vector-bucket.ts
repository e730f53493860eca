import { Fn, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnVectorBucket } from 'aws-cdk-lib/aws-s3vectors';
import { Construct } from 'constructs';
import { allow } from '../acknowledge.ts';
import { type Data, removalPolicyOf } from '../data.ts';
import type { ResolvedProps } from '../resolve-props.ts';
import { vectorBucketName } from './check-vector-bucket.ts';
import type { IndexServer } from './index-server.ts';
import type { S3VectorsProps } from './props.ts';

const NAMED_LATER = 'The names of vector indexes contain versions, which are generated when they are built.';

/** The vector bucket of the kind `s3-vectors`, an existing or a new one. */
export class VectorBucket extends Construct implements IndexServer {
  readonly bucketName: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly #arn: string;

  constructor(scope: Construct, id: string, given: S3VectorsProps, props: ResolvedProps, data: Data) {
    super(scope, id);
    const { partition, region, account } = Stack.of(this);
    if ('create' in given) {
      this.#arn = this.#newBucket(props, data).attrVectorBucketArn;
      this.bucketName = Fn.select(1, Fn.split('bucket/', this.#arn));
    } else {
      this.bucketName = vectorBucketName(this, given.bucket);
      this.#arn = `arn:${partition}:s3vectors:${region}:${account}:bucket/${this.bucketName}`;
    }
    this.environment = {
      SRAG_S3_VECTORS: Stack.of(this).toJsonString({ bucket: this.bucketName, region }),
    };
  }

  /** A query with a filter or metadata also reads vectors. */
  allowSearching(grantee: IFunction): void {
    this.#allow(grantee, 'SearchVectors', ['QueryVectors', 'GetVectors']);
  }

  allowBuilding(grantee: IFunction): void {
    this.#allow(grantee, 'BuildVectorIndexes', [
      ...[
        'CreateIndex',
        'DeleteIndex',
        'GetIndex',
        'GetVectors',
        'ListVectors',
        'PutVectors',
        'QueryVectors',
      ],
    ]);
    allow(
      grantee,
      new PolicyStatement({
        sid: 'ListVectorIndexes',
        actions: ['s3vectors:GetVectorBucket', 's3vectors:ListIndexes'],
        resources: [this.#arn],
      }),
    );
  }

  #allow(grantee: IFunction, sid: string, actions: readonly string[]): void {
    allow(
      grantee,
      new PolicyStatement({
        sid,
        actions: actions.map((action) => `s3vectors:${action}`),
        resources: [`${this.#arn}/index/*`],
      }),
      NAMED_LATER,
    );
  }

  /** CloudFormation generates the name, so that a retained bucket does not block a later deployment. */
  #newBucket(props: ResolvedProps, { key }: Data): CfnVectorBucket {
    const { partition, region, account } = Stack.of(this);
    const bucket = new CfnVectorBucket(this, 'Bucket', {
      encryptionConfiguration:
        key === undefined ? { sseType: 'AES256' } : { sseType: 'aws:kms', kmsKeyArn: key.keyArn },
    });
    bucket.applyRemovalPolicy(removalPolicyOf(props));
    // S3 Vectors indexes vectors in the background, as a service. The statement has no effect on a key of its owner.
    key?.addToResourcePolicy(
      new PolicyStatement({
        sid: 'VectorIndexesOfThisAccount',
        principals: [new ServicePrincipal('indexing.s3vectors.amazonaws.com')],
        actions: ['kms:Decrypt'],
        resources: ['*'],
        conditions: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnLike: { 'aws:SourceArn': `arn:${partition}:s3vectors:${region}:${account}:bucket/*` },
        },
      }),
    );
    return bucket;
  }
}
