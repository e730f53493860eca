/** Settings of requests to a server, as under srag's configuration keys `opensearch` and `s3Vectors`. */
interface RequestProps {
  /** Maximum time for one attempt of a search (default 5,000). */
  readonly timeoutMs?: number;
  /** Maximum attempts of a request that fails temporarily (default 4). */
  readonly attempts?: number;
}

/** An existing domain of Amazon OpenSearch Service, in the account and region of the stack. */
export interface DomainReference {
  readonly domainArn: string;
  /** The https address of the domain; it is not a part of the ARN. */
  readonly url: string;
}

/** An existing NextGen collection of OpenSearch Serverless, in the account and region of the stack. */
export interface CollectionReference {
  readonly collectionArn: string;
  /** Data access policies need the name; the ARN contains only the id. */
  readonly collectionName: string;
  /** Default: the https address that follows from the ARN. */
  readonly url?: string;
}

/** Any other server with an https address. */
export interface ServerReference {
  readonly url: string;
  readonly username?: string;
  /** A dynamic reference to Secrets Manager, so that the template does not contain the password. */
  readonly password?: string;
}

/** A new domain of Amazon OpenSearch Service. Its nodes are billed by the hour. */
export interface NewDomain {
  readonly create: 'domain';
  /** Type of the data nodes (default `r7g.large.search`). */
  readonly instanceType?: string;
  /** Number of data nodes (default 1); two or more are spread over two zones and must be even. */
  readonly instances?: number;
  /** Size of the volume of each node in GB (default 20). */
  readonly volumeGb?: number;
}

/** A new NextGen collection of OpenSearch Serverless, which scales to zero by default. */
export interface NewCollection {
  readonly create: 'serverless';
  /**
   * Capacity units for search that are kept while nothing is searched (default 0). With 0, the collection costs only
   * its storage while it is idle, but searches fail or wait for 10 to 30 seconds until it is awake.
   */
  readonly minOcu?: number;
  /** Maximum capacity units, for indexing and for search each (default 4). They limit the cost. */
  readonly maxOcu?: number;
}

/** Server of the `opensearch-*` kinds. */
export type OpenSearchProps = RequestProps & {
  /** First part of the names of indices (default `srag`). Permissions are limited to such indices. */
  readonly indexPrefix?: string;
} & (DomainReference | CollectionReference | ServerReference | NewDomain | NewCollection);

/** Vector bucket of the kind `s3-vectors`: the name or ARN of an existing one, or a new one. */
export type S3VectorsProps = RequestProps & ({ readonly bucket: string } | { readonly create: true });
