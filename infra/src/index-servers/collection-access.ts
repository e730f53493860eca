import { Lazy, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnAccessPolicy } from 'aws-cdk-lib/aws-opensearchserverless';
import { Construct } from 'constructs';
import { allow } from '../acknowledge.ts';
import type { IndexNames } from './index-names.ts';
import { uniqueName } from './unique-name.ts';

/** Permissions of data access policies; `_search` and `_count` need only the first. */
const READ = ['aoss:ReadDocument'];
const BUILD = ['aoss:CreateIndex', 'aoss:DeleteIndex', 'aoss:ReadDocument', 'aoss:WriteDocument'];

/**
 * Access to a collection of OpenSearch Serverless. A role needs both a permission to call the API of the collection
 * and a data access policy for indices.
 */
export class CollectionAccess extends Construct {
  readonly #collectionArn: string;
  readonly #readers: string[] = [];
  readonly #builders: string[] = [];

  constructor(
    scope: Construct,
    id: string,
    { name, collectionArn, collectionName, names }: CollectionAccessProps,
  ) {
    super(scope, id);
    this.#collectionArn = collectionArn;
    const indices = (patterns: readonly string[]) =>
      patterns.map((each) => `index/${collectionName}/${each}`);
    const statement = (resources: string[], permissions: readonly string[], principals: readonly string[]) =>
      principals.length === 0
        ? []
        : [
            {
              Rules: [{ ResourceType: 'index', Resource: resources, Permission: permissions }],
              Principal: principals,
            },
          ];
    new CfnAccessPolicy(this, 'Policy', {
      name: uniqueName(name),
      type: 'data',
      description: `Functions of the deployment ${name}`,
      // The functions are created later, because they need the address of the collection.
      policy: Lazy.string({
        produce: () =>
          Stack.of(this).toJsonString([
            ...statement(indices(names.servedPrefixes), READ, this.#readers),
            ...statement(indices([names.ownPrefix]), BUILD, this.#builders),
          ]),
      }),
    });
  }

  allowSearching(grantee: IFunction): void {
    this.#allow(grantee, this.#readers);
  }

  allowBuilding(grantee: IFunction): void {
    this.#allow(grantee, this.#builders);
  }

  #allow(grantee: IFunction, principals: string[]): void {
    principals.push(grantee.role!.roleArn);
    allow(
      grantee,
      new PolicyStatement({
        sid: 'UseCollection',
        actions: ['aoss:APIAccessAll'],
        resources: [this.#collectionArn],
      }),
    );
  }
}

interface CollectionAccessProps {
  /** Name of the deployment. */
  readonly name: string;
  readonly collectionArn: string;
  readonly collectionName: string;
  readonly names: IndexNames;
}
