export { FAULTS, type Fault, faultSource } from './faults.ts';
export { ModelledExchange, StorageModel } from './model.ts';
export { type OpenRequest, RequestRecorder } from './recorder.ts';
export { between, countWaves, type LoggedRequest, type LogSummary, summariseLog } from './request-log.ts';
export { changeSettings, DEFAULT_SETTINGS, type ModelSettings, NO_DELAYS } from './settings.ts';
