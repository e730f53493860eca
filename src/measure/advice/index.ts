export { type Advice, advise, type Choice } from './advise.ts';
export type { Candidate, Figure, KeepWarm } from './candidate.ts';
export type { CloseCall } from './close-call.ts';
export { type Measurement, measurementsOf } from './measurement.ts';
export type { ModelError } from './model-error.ts';
export type { Basis } from './predictor.ts';
export {
  type AdviceRequest,
  checkRequest,
  DEFAULT_TARGETS,
  PURPOSES,
  type Purpose,
  planTextOf,
  type Targets,
} from './request.ts';
export { shippedMeasurements } from './shipped.ts';
