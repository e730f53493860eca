export * from './account/index.ts';
export {
  type CdkProgress,
  type CdkRun,
  cdkBootstrap,
  cdkDeploy,
  cdkDestroy,
  cdkDiff,
  cdkTemplate,
  type DeploymentTemplate,
} from './cdk.ts';
export { type AwsSources, awsCredentials, awsRegion } from './credentials.ts';
export {
  createdServers,
  type DeploymentRecord,
  forgetDeployment,
  readDeployment,
  recordOf,
  requireDeployment,
  writeDeployment,
} from './deployment-record.ts';
export { checkIndexServers, checkServerRegions, type ServedKinds } from './index-servers.ts';
export { findInfra, type InfraPackage } from './infra-package.ts';
export { builtFunctions, checkBundles } from './package-root.ts';
export { RemoteApi, type RemoteAuth, type RemoteEvent } from './remote-api.ts';
export {
  DEFAULT_CONCURRENCY,
  deploymentName,
  infraSettings,
  reservedEnvironments,
  usedModels,
} from './settings.ts';
export { deleteStoredData } from './stored-data.ts';
