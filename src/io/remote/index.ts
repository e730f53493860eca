export { awsOrigin } from '../aws/index.ts';
export * from './aws-errors.ts';
export {
  AwsJsonRpc,
  type AwsRpcOptions,
  type AwsRpcSettings,
  type AwsRpcUse,
  awsRpcSettings,
} from './aws-json-rpc.ts';
export * from './aws-request.ts';
export * from './aws-settings.ts';
export * from './concurrency.ts';
export * from './failure.ts';
export { guardedClient } from './guarded-client.ts';
export * from './http-errors.ts';
export * from './http-json.ts';
export { kmsSecret } from './kms-secret.ts';
export * from './lambda-invoke.ts';
export * from './retry.ts';
export * from './sse.ts';
export * from './watchdog.ts';
