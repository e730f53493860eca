import { Stack } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { type Data, removalPolicyOf } from '../data.ts';
import type { ResolvedProps } from '../resolve-props.ts';
import { checkOpenSearch, collectionUrl } from './check-opensearch.ts';
import { OpenSearchCollection } from './collection.ts';
import { CollectionAccess } from './collection-access.ts';
import { OpenSearchDomain } from './domain.ts';
import { allowBuildingOnDomain, allowSearchingDomain } from './domain-access.ts';
import { checkCollectionNames, indexNames } from './index-names.ts';
import type { IndexServer } from './index-server.ts';
import type { OpenSearchProps } from './props.ts';

/** What a server's kind determines: how requests are authenticated, and who allows them. */
interface Server {
  readonly url: string;
  /** AWS service for which requests are signed; undefined for servers elsewhere. */
  readonly service?: 'es' | 'aoss';
  readonly username?: string;
  readonly password?: string;
  /** Undefined if the server admits the functions without permissions of AWS. */
  readonly access?: Pick<IndexServer, 'allowSearching' | 'allowBuilding'>;
}

/** The server of the `opensearch-*` kinds: a domain, a collection or another server, existing or created. */
export class OpenSearch extends Construct implements IndexServer {
  readonly environment: Readonly<Record<string, string>>;
  /** Address of the server. */
  readonly url: string;
  readonly #access: Server['access'];

  constructor(scope: Construct, id: string, given: OpenSearchProps, props: ResolvedProps, data: Data) {
    super(scope, id);
    checkOpenSearch(this, given);
    const { url, service, username, password, access } = this.#server(given, props, data);
    this.url = url;
    this.#access = access;
    const { indexPrefix, timeoutMs, attempts } = given;
    const { region } = Stack.of(this);
    const signing = service === undefined ? {} : { service, region };
    const settings = { url, ...signing, username, indexPrefix, timeoutMs, attempts };
    this.environment = {
      SRAG_OPENSEARCH: Stack.of(this).toJsonString(settings),
      // Not within the JSON, which quotes or backslashes of the password would break.
      ...(password !== undefined && { SRAG_OPENSEARCH_PASSWORD: password }),
    };
  }

  allowSearching(grantee: IFunction): void {
    this.#access?.allowSearching(grantee);
  }

  allowBuilding(grantee: IFunction): void {
    this.#access?.allowBuilding(grantee);
  }

  #server(given: OpenSearchProps, props: ResolvedProps, data: Data): Server {
    const created = { name: props.name, key: data.key, removalPolicy: removalPolicyOf(props) };
    if ('domainArn' in given) return this.#domain(given.domainArn, given.url, given, props);
    if ('collectionArn' in given) {
      const { collectionArn: arn, collectionName } = given;
      return this.#collection({ arn, collectionName, url: collectionUrl(this, given) }, given, props);
    }
    if (!('create' in given)) {
      const { url, username, password } = given;
      return { url, username, password };
    }
    if (given.create === 'serverless') {
      const collection = new OpenSearchCollection(this, 'Collection', { ...given, ...created });
      return this.#collection(collection, given, props);
    }
    const { logRetentionDays } = props;
    const domain = new OpenSearchDomain(this, 'Domain', { ...given, ...created, logRetentionDays });
    return this.#domain(domain.arn, domain.url, given, props);
  }

  #domain(arn: string, url: string, { indexPrefix }: OpenSearchProps, props: ResolvedProps): Server {
    const names = indexNames(props, indexPrefix);
    return {
      url,
      service: 'es',
      access: {
        allowSearching: (grantee) => allowSearchingDomain(grantee, arn, names),
        allowBuilding: (grantee) => allowBuildingOnDomain(grantee, arn, names),
      },
    };
  }

  #collection(
    { arn, collectionName, url }: Pick<OpenSearchCollection, 'arn' | 'collectionName' | 'url'>,
    { indexPrefix }: OpenSearchProps,
    props: ResolvedProps,
  ): Server {
    checkCollectionNames(props);
    const access = new CollectionAccess(this, 'Access', {
      name: props.name,
      collectionArn: arn,
      collectionName,
      names: indexNames(props, indexPrefix),
    });
    return { url, service: 'aoss', access };
  }
}
