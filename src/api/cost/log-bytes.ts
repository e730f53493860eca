/** Which metrics a deployment stores in CloudWatch. */
export type KeptMetrics = 'all' | 'essential' | 'none';

/** Bytes of srag's log record of one run, by the metrics that it contains: measured, and checked by tests. */
export const RECORD_LOG_BYTES: Readonly<Record<KeptMetrics, number>> = {
  all: 2_100,
  essential: 1_500,
  none: 760,
};

/** Bytes of the platform's own lines of one run: START, END, REPORT. */
export const PLATFORM_LOG_BYTES = 320;

/** Estimated bytes that one run of a function writes to the log; the digits in the record vary. */
export const runLogBytes = (metrics: KeptMetrics): number => RECORD_LOG_BYTES[metrics] + PLATFORM_LOG_BYTES;
