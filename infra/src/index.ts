export type { Engine } from './built-functions.ts';
export type { OpenSearchProps, S3VectorsProps } from './index-servers/index.ts';
export { InfraError } from './infra-error.ts';
export type {
  AdapterProps,
  AlarmProps,
  AnswerProps,
  AuthProps,
  BudgetProps,
  ServerlessRagProps,
  WarmupProps,
} from './props.ts';
export { ServerlessRag } from './serverless-rag.ts';
