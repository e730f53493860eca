export type { Random } from '../../core/index.ts';
export { gaussian, seededRandom } from '../../core/index.ts';
export type { AnswerResult, AnswerSummary, GivenAnswer, GoldAnswer } from './answers.ts';
export { containsGold, countSentences, judgeAnswer, normaliseAnswer, summariseAnswers } from './answers.ts';
export type { Calibration, ReliabilityBin } from './calibration.ts';
export { calibrationOf } from './calibration.ts';
export type { ComparedMetric, Comparison } from './compare.ts';
export { compareRuns } from './compare.ts';
export type { DatasetOptions, EvaluationDataset, EvaluationQuery, JudgedQuery } from './dataset.ts';
export { readDataset } from './dataset.ts';
export type { AskOutcome, EvaluationOptions, EvaluationSummary, FoundHit, QueryResult } from './evaluate.ts';
export { evaluateQueries } from './evaluate.ts';
export type { ExactNeighbours, ExactSearch } from './exact.ts';
export { exactNeighbours } from './exact.ts';
export type { RecallInput } from './index-recall.ts';
export { indexRecall } from './index-recall.ts';
export { matchJudgements } from './match-judgements.ts';
export type { Judgements, Metric, MetricName } from './metrics.ts';
export {
  computeMetrics,
  foldToDocuments,
  hasRelevant,
  METRICS,
  ndcg,
  recall,
  reciprocalRank,
} from './metrics.ts';
export type { AnswerOutcome, OutcomeShare, OutcomeSummary } from './outcomes.ts';
export { FAILED_OUTCOMES, summariseOutcomes } from './outcomes.ts';
export type { Question, QuestionOptions, QuestionSet } from './questions.ts';
export { readQuestions } from './questions.ts';
export type { Environment, ResultsHeader, RunDescription } from './results.ts';
export { describeEnvironment, readResults, writeResults } from './results.ts';
export type { BootstrapOptions, Interval, PairedDifference } from './statistics.ts';
export {
  bootstrapInterval,
  latencyQuantiles,
  mean,
  pairedDifference,
  quantile,
  shareInterval,
} from './statistics.ts';
export type { SyntheticCollection, SyntheticOptions } from './synthetic/collection.ts';
export { syntheticCollection } from './synthetic/collection.ts';
export type { SyntheticDataset } from './synthetic/dataset.ts';
export { writeSyntheticDataset } from './synthetic/dataset.ts';
