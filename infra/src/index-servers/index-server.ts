import type { IFunction } from 'aws-cdk-lib/aws-lambda';

/** A server that holds indexes, as far as the functions of a deployment are concerned. */
export interface IndexServer {
  /** Environment variables of the functions that use the server. */
  readonly environment: Readonly<Record<string, string>>;
  /** Allows searching the indexes of all served collections. */
  allowSearching(grantee: IFunction): void;
  /** Allows creating, filling, searching and deleting indexes of the deployment's own collection. */
  allowBuilding(grantee: IFunction): void;
}
