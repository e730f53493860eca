/** Which metrics a deployment stores in CloudWatch. */
export type KeptMetrics = 'all' | 'essential' | 'none';

/** Measured bytes of srag's log record per invocation, by choice of stored metrics. Tests check them. */
export const RECORD_LOG_BYTES: Readonly<Record<KeptMetrics, number>> = {
  all: 2_100,
  essential: 1_500,
  none: 760,
};

/** Bytes of the lines that Lambda itself logs for one invocation: START, END, REPORT. */
export const PLATFORM_LOG_BYTES = 320;

/** Estimated bytes that one invocation writes to the log; the number of digits in the record varies. */
export const runLogBytes = (metrics: KeptMetrics): number => RECORD_LOG_BYTES[metrics] + PLATFORM_LOG_BYTES;
