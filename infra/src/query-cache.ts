import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { Data } from './data.ts';
import { allowCachedAnswers, allowKey } from './permissions.ts';
import type { ResolvedProps } from './resolve-props.ts';

/**
 * The answer cache: in each environment's memory, in a DynamoDB table, or next to the collections; or none.
 */
export class QueryCache extends Construct {
  /** Value of `SRAG_QUERY_CACHE`. */
  readonly setting: string;
  readonly #kind: ResolvedProps['cache'];
  readonly #data: Data;
  readonly #table: Table | undefined;

  constructor(scope: Construct, id: string, { cache }: ResolvedProps, data: Data) {
    super(scope, id);
    this.#kind = cache;
    this.#data = data;
    this.#table = cache === 'dynamodb' ? this.#newTable() : undefined;
    this.setting =
      this.#table !== undefined
        ? `dynamodb:${this.#table.tableName}`
        : cache === 's3'
          ? `s3:${data.cachePrefix.slice(data.prefix.length + 1, -1)}`
          : cache;
  }

  allow(grantee: IGrantable): void {
    if (this.#table !== undefined) {
      this.#table.grant(grantee, 'dynamodb:GetItem', 'dynamodb:PutItem');
      // DynamoDB uses the key on behalf of the caller.
      allowKey(
        this.#data,
        grantee,
        ...['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'],
        ...['kms:ReEncryptFrom', 'kms:ReEncryptTo'],
      );
    }
    if (this.#kind === 's3') allowCachedAnswers(this.#data, grantee);
  }

  #newTable(): Table {
    const { key } = this.#data;
    const table = new Table(this, 'Table', {
      partitionKey: { name: 'key', type: AttributeType.STRING },
      timeToLiveAttribute: 'expiresAt',
      billingMode: BillingMode.PAY_PER_REQUEST,
      ...(key === undefined
        ? { encryption: TableEncryption.DEFAULT }
        : { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: key }),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    acknowledge(table, {
      'AwsSolutions-DDB3': 'The table is a cache: its items expire within minutes and can be recomputed.',
    });
    return table;
  }
}
