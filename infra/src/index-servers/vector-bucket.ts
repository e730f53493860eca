import { Fn, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnVectorBucket } from 'aws-cdk-lib/aws-s3vectors';
import { Construct } from 'constructs';
import { allow } from '../acknowledge.ts';
import { type Data, removalPolicyOf } from '../data.ts';
import type { ResolvedProps } from '../resolve-props.ts';
import { vectorBucketName } from './check-vector-bucket.ts';
import { vectorIndexName } from './index-names.ts';
import type { IndexServer } from './index-server.ts';
import type { S3VectorsProps } from './props.ts';

/** The vector bucket of the kind `s3-vectors`, an existing or a new one. */
export class VectorBucket extends Construct implements IndexServer {
  readonly bucketName: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly #arn: string;
  readonly #collections: readonly string[];

  constructor(scope: Construct, id: string, given: S3VectorsProps, props: ResolvedProps, data: Data) {
    super(scope, id);
    this.#collections = [props.collection, ...props.collections];
    const { partition, region, account } = Stack.of(this);
    if ('create' in given) {
      this.#arn = this.#newBucket(props, data).attrVectorBucketArn;
      this.bucketName = Fn.select(1, Fn.split('bucket/', this.#arn));
    } else {
      this.bucketName = vectorBucketName(this, given.bucket);
      this.#arn = `arn:${partition}:s3vectors:${region}:${account}:bucket/${this.bucketName}`;
    }
    const { timeoutMs, attempts } = given;
    this.environment = {
      SRAG_S3_VECTORS: Stack.of(this).toJsonString({ bucket: this.bucketName, region, timeoutMs, attempts }),
    };
  }

  /** A query with a filter also needs `GetVectors`. */
  allowSearching(grantee: IFunction): void {
    this.#allow(grantee, 'SearchVectors', ['QueryVectors', 'GetVectors'], this.#collections);
  }

  allowBuilding(grantee: IFunction): void {
    const actions = ['CreateIndex', 'DeleteIndex', 'GetVectors', 'ListVectors', 'PutVectors', 'QueryVectors'];
    this.#allow(grantee, 'BuildVectorIndexes', actions, this.#collections.slice(0, 1));
  }

  #allow(grantee: IFunction, sid: string, actions: readonly string[], collections: readonly string[]): void {
    allow(
      grantee,
      new PolicyStatement({
        sid,
        actions: actions.map((action) => `s3vectors:${action}`),
        resources: [...new Set(collections)].map((name) => `${this.#arn}/index/${vectorIndexName(name)}`),
      }),
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
