export type { StorageAccount } from './accounting.ts';
export { type LaptopCredentials, laptopCredentials, OUTSIDE } from './credentials.ts';
export type { TableOptions } from './dynamodb/table.ts';
export { explainServices, type ServiceExplanation } from './explain.ts';
export type { FrozenConnectionsOptions } from './frozen-connections.ts';
export type {
  InvocationOptions,
  InvocationReply,
  InvokeFunction,
  RunExecution,
  StartSyncExecution,
  SyncExecutionRequest,
  SyncExecutionResult,
} from './functions/handlers.ts';
export type { IngestOptions, IngestRule, ServicesOptions } from './options.ts';
export type { S3ObjectEntry } from './s3/list-objects.ts';
export { type Services, startServices } from './services.ts';
export { FifoQueue } from './sqs/fifo-queue.ts';
export type { Delivery, SentMessage } from './sqs/message.ts';
export type { Parameter, ParameterStore } from './ssm/parameter-store.ts';
export * from './storage-model/index.ts';
