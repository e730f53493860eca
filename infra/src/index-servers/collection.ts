import type { RemovalPolicy } from 'aws-cdk-lib';
import { Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnCollection, CfnCollectionGroup, CfnSecurityPolicy } from 'aws-cdk-lib/aws-opensearchserverless';
import { Construct } from 'constructs';
import type { NewCollection } from './props.ts';
import { uniqueName } from './unique-name.ts';

/** Default of `maxOcu`. */
export const MAX_OCU = 4;

interface CollectionProps extends NewCollection {
  /** Name of the deployment. */
  readonly name: string;
  readonly key: IKey | undefined;
  readonly removalPolicy: RemovalPolicy;
}

/**
 * A NextGen collection of OpenSearch Serverless in a group of its own, because only groups have a generation and a
 * minimum of zero capacity units. Its endpoint is public; data access policies decide who may use it.
 */
export class OpenSearchCollection extends Construct {
  readonly arn: string;
  readonly collectionName: string;
  readonly url: string;

  constructor(scope: Construct, id: string, props: CollectionProps) {
    super(scope, id);
    const { name, key, removalPolicy, minOcu = 0, maxOcu = MAX_OCU } = props;
    this.collectionName = uniqueName(name);
    const policies = [
      this.#policy('encryption', {
        Rules: [this.#rule()],
        ...(key === undefined ? { AWSOwnedKey: true } : { AWSOwnedKey: false, KmsARN: key.keyArn }),
      }),
      this.#policy('network', [{ Rules: [this.#rule()], AllowFromPublic: true }]),
    ];
    const group = new CfnCollectionGroup(this, 'Group', {
      name: this.collectionName,
      description: `Indexes of the deployment ${name}`,
      generation: 'NEXTGEN',
      // A group at zero has no standby capacity to pay for.
      standbyReplicas: 'ENABLED',
      capacityLimits: {
        minIndexingCapacityInOcu: 0,
        minSearchCapacityInOcu: minOcu,
        maxIndexingCapacityInOcu: maxOcu,
        maxSearchCapacityInOcu: maxOcu,
      },
    });
    const collection = new CfnCollection(this, 'Collection', {
      name: this.collectionName,
      description: `Indexes of the deployment ${name}`,
      type: 'VECTORSEARCH',
      collectionGroupName: this.collectionName,
    });
    collection.node.addDependency(group, ...policies);
    // The policies are kept with the collection, which would be unreachable without them.
    for (const resource of [collection, group, ...policies]) resource.applyRemovalPolicy(removalPolicy);
    this.arn = collection.attrArn;
    this.url = collection.attrCollectionEndpoint;
  }

  #rule(): object {
    return { ResourceType: 'collection', Resource: [`collection/${this.collectionName}`] };
  }

  #policy(type: 'encryption' | 'network', policy: object): CfnSecurityPolicy {
    return new CfnSecurityPolicy(this, type === 'encryption' ? 'Encryption' : 'Network', {
      name: this.collectionName,
      type,
      policy: Stack.of(this).toJsonString(policy),
    });
  }
}
