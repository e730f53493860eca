import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { allow } from '../acknowledge.ts';
import type { IndexNames } from './index-names.ts';

const NUMBERED_TASKS =
  'The server numbers its tasks; a task tells the state of a merge, not the contents of an index.';

/** Allows searching, which is one path of each index. */
export function allowSearchingDomain(grantee: IGrantable, domainArn: string, { served }: IndexNames): void {
  allow(
    grantee,
    new PolicyStatement({
      sid: 'SearchIndexes',
      actions: ['es:ESHttpPost'],
      resources: served.map((index) => `${domainArn}/${index}/_search`),
    }),
  );
}

/** Allows the requests of a build, each method on the paths that it uses. */
export function allowBuildingOnDomain(grantee: IGrantable, domainArn: string, { own }: IndexNames): void {
  const index = `${domainArn}/${own}`;
  const statement = (sid: string, action: string, resources: string[]) =>
    new PolicyStatement({ sid, actions: [action], resources });
  const posted = ['_bulk', '_count', '_forcemerge', '_refresh', '_search'].map((path) => `${index}/${path}`);
  allow(grantee, statement('FillIndexes', 'es:ESHttpPost', posted));
  allow(grantee, statement('CreateIndexes', 'es:ESHttpPut', [index, `${index}/_settings`]));
  allow(grantee, statement('DeleteIndexes', 'es:ESHttpDelete', [index]));
  // The root path tells the version.
  allow(
    grantee,
    statement('WatchBuilds', 'es:ESHttpGet', [
      domainArn,
      `${domainArn}/`,
      `${domainArn}/_tasks/*`,
      `${index}/_stats/store`,
    ]),
    NUMBERED_TASKS,
  );
}
