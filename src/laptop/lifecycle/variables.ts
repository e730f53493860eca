import type { FunctionDefinition } from './port.ts';

/** Values of the variables that differ between environments. */
export interface VariablesOptions {
  /** Address of the environment's Runtime API: host, port and secret path prefix. */
  readonly address: string;
  readonly id: string;
  readonly temporaryFolder: string;
}

/** The environment variables that Lambda sets. Of this process's own variables, only PATH is passed on. */
export function variablesOf(
  { name, memoryMb, root, handler, environment }: FunctionDefinition,
  { address, id, temporaryFolder }: VariablesOptions,
): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    TMPDIR: temporaryFolder,
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    ...environment,
    AWS_LAMBDA_RUNTIME_API: address,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: id,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    LAMBDA_TASK_ROOT: root,
    LAMBDA_RUNTIME_DIR: root,
    _HANDLER: handler,
  };
}
