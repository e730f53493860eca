import { RemovalPolicy as Removal, type RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, ResourcePolicy, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnDomain } from 'aws-cdk-lib/aws-opensearchservice';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import type { NewDomain } from './props.ts';
import { uniqueName } from './unique-name.ts';

/** The last version that Amazon OpenSearch Service offered when the adapter was written. */
const ENGINE_VERSION = 'OpenSearch_3.5';
/** AWS's maximum length of domain names. */
const NAME_LENGTH = 28;
const LOGS = {
  SEARCH_SLOW_LOGS: 'search-slow',
  INDEX_SLOW_LOGS: 'index-slow',
  ES_APPLICATION_LOGS: 'errors',
} as const;

interface DomainProps extends NewDomain {
  /** Name of the deployment. */
  readonly name: string;
  readonly key: IKey | undefined;
  readonly removalPolicy: RemovalPolicy;
  readonly logRetentionDays: number;
}

/**
 * A domain of Amazon OpenSearch Service with a public endpoint that accepts only signed requests of this account, over
 * TLS 1.2, encrypted at rest and between nodes.
 */
export class OpenSearchDomain extends Construct {
  readonly arn: string;
  readonly url: string;
  readonly #name: string;

  constructor(scope: Construct, id: string, props: DomainProps) {
    super(scope, id);
    this.#name = uniqueName(props.name, NAME_LENGTH);
    const { instances = 1, volumeGb = 20 } = props;
    const zones = instances > 1 ? { zoneAwarenessConfig: { availabilityZoneCount: 2 } } : {};
    const domain = new CfnDomain(this, 'Domain', {
      domainName: this.#name,
      engineVersion: ENGINE_VERSION,
      clusterConfig: {
        instanceType: props.instanceType ?? 'r7g.large.search',
        instanceCount: instances,
        zoneAwarenessEnabled: instances > 1,
        ...zones,
      },
      ebsOptions: { ebsEnabled: true, volumeType: 'gp3', volumeSize: volumeGb },
      encryptionAtRestOptions: {
        enabled: true,
        ...(props.key === undefined ? {} : { kmsKeyId: props.key.keyArn }),
      },
      nodeToNodeEncryptionOptions: { enabled: true },
      domainEndpointOptions: { enforceHttps: true, tlsSecurityPolicy: 'Policy-Min-TLS-1-2-PFS-2023-10' },
      // Permissions end at the index in the path, so bodies must not name other indices.
      advancedOptions: { 'rest.action.multi.allow_explicit_index': 'false' },
      accessPolicies: this.#onlyThisAccount(),
      softwareUpdateOptions: { autoSoftwareUpdateEnabled: true },
    });
    domain.logPublishingOptions = this.#logs(domain, props);
    domain.cfnOptions.updatePolicy = { enableVersionUpgrade: true };
    domain.applyRemovalPolicy(props.removalPolicy);
    this.arn = domain.attrArn;
    this.url = `https://${domain.attrDomainEndpoint}`;
    this.#acknowledge(instances);
  }

  #ownArn(): string {
    const { partition, region, account } = Stack.of(this);
    return `arn:${partition}:es:${region}:${account}:domain/${this.#name}`;
  }

  /** Denies unsigned requests and other accounts. The roles' policies allow what they need; nothing else is allowed. */
  #onlyThisAccount(): PolicyDocument {
    return new PolicyDocument({
      statements: [
        new PolicyStatement({
          sid: 'OnlySignedByThisAccount',
          effect: Effect.DENY,
          principals: [new AnyPrincipal()],
          actions: ['es:*'],
          resources: [`${this.#ownArn()}/*`],
          conditions: { StringNotEquals: { 'aws:PrincipalAccount': Stack.of(this).account } },
        }),
      ],
    });
  }

  #logs(domain: CfnDomain, { name, key, logRetentionDays }: DomainProps): CfnDomain['logPublishingOptions'] {
    const groups = Object.entries(LOGS).map(([type, suffix]) => {
      const group = new LogGroup(this, type, {
        logGroupName: `/aws/OpenSearchService/domains/${name}/${suffix}`,
        retention: logRetentionDays as RetentionDays,
        removalPolicy: Removal.DESTROY,
        ...(key === undefined ? {} : { encryptionKey: key }),
      });
      return [type, group] as const;
    });
    const policy = new ResourcePolicy(this, 'LogPolicy', {
      resourcePolicyName: `${name}-opensearch`,
      policyStatements: [
        new PolicyStatement({
          principals: [new ServicePrincipal('es.amazonaws.com')],
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: groups.map(([, group]) => group.logGroupArn),
          conditions: {
            StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
            ArnLike: { 'aws:SourceArn': this.#ownArn() },
          },
        }),
      ],
    });
    domain.node.addDependency(policy);
    return Object.fromEntries(
      groups.map(([type, group]) => [type, { cloudWatchLogsLogGroupArn: group.logGroupArn, enabled: true }]),
    );
  }

  #acknowledge(instances: number): void {
    acknowledge(this, {
      'AwsSolutions-OS1':
        'The functions run outside a VPC, so the endpoint is public; it accepts only signed requests of this account.',
      'AwsSolutions-OS4':
        'Dedicated managers stabilise large clusters and are billed by the hour; indexes here are rebuilt from the bucket.',
      ...(instances > 1
        ? {}
        : {
            'AwsSolutions-OS7':
              'A domain with one node is in one zone. Its indexes are rebuilt from the bucket; two or more instances use two zones.',
          }),
    });
  }
}
