import { Aws, CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { ServerlessRagProps } from './props.ts';
import { ServerlessRag } from './serverless-rag.ts';

/** Props as JSON, passed by the command line. */
export interface DeploymentSettings extends Omit<ServerlessRagProps, 'bucket' | 'kms'> {
  /** Name of an existing bucket. */
  readonly bucket?: string;
  /** `true` for a new key, or the ARN of an existing one. */
  readonly kms?: boolean | string;
}

/** The stack of `srag deploy`; `deployment.json` is built from its outputs. */
export class SragStack extends Stack {
  readonly rag: ServerlessRag;

  constructor(scope: Construct, id: string, settings: DeploymentSettings, stackProps: StackProps = {}) {
    super(scope, id, stackProps);
    const { bucket, kms, ...props } = settings;
    this.rag = new ServerlessRag(this, 'Rag', {
      ...props,
      ...(bucket === undefined ? {} : { bucket: Bucket.fromBucketName(this, 'ExistingBucket', bucket) }),
      ...(kms === undefined
        ? {}
        : { kms: typeof kms === 'string' ? Key.fromKeyArn(this, 'ExistingKey', kms) : kms }),
    });
    const { api, data, ingest, dashboard, workflow, switches, openSearch, vectorBucket } = this.rag;
    this.#output('ApiUrl', api.url, 'Address of the HTTP API');
    this.#output('Region', Aws.REGION, 'Region of the deployment');
    this.#output('Auth', settings.auth?.kind ?? 'iam', 'Authentication of callers');
    if (api.apiKeyId !== undefined)
      this.#output(
        'ApiKeyId',
        api.apiKeyId,
        'Id of the API key; its value: aws apigateway get-api-key --include-value --api-key ID',
      );
    this.#output('Location', data.location, 'Location of the collections: srag --location');
    this.#output('Bucket', data.bucket.bucketName, 'Bucket of the collections');
    this.#output('Switches', switches.path, 'SSM path of the run-time switches');
    this.#output(
      'QueryStateMachine',
      workflow.stateMachine.stateMachineArn,
      'State machine behind POST /query',
    );
    if (ingest !== undefined) {
      this.#output(
        'Documents',
        `s3://${data.bucket.bucketName}/${data.documentsPrefix}`,
        'Documents put here are ingested',
      );
      this.#output(
        'IngestStateMachine',
        ingest.stateMachine.stateMachineArn,
        'State machine that ingests all documents',
      );
    }
    const { opensearch, s3Vectors } = settings;
    if (openSearch !== undefined && opensearch !== undefined && 'create' in opensearch)
      this.#output('OpenSearchUrl', openSearch.url, 'Created OpenSearch server: opensearch.url');
    if (vectorBucket !== undefined && s3Vectors !== undefined && 'create' in s3Vectors)
      this.#output('VectorBucket', vectorBucket.bucketName, 'Created vector bucket: s3Vectors.bucket');
    this.#output('Dashboard', dashboard.dashboard.dashboardName, 'CloudWatch dashboard');
  }

  #output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description });
  }
}
