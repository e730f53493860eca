export type { Engine } from './built-functions.ts';
export { InfraError } from './infra-error.ts';
export type {
  AdapterProps,
  AlarmProps,
  AuthProps,
  BudgetProps,
  ServerlessRagProps,
  WarmupProps,
} from './props.ts';
export { ServerlessRag } from './serverless-rag.ts';
