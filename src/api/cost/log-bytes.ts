/** What a deployment lets CloudWatch keep as metrics. */
export type KeptMetrics = 'all' | 'essential' | 'none';

/** Bytes of srag's own record of one run in the log, by what of it is a metric: measured, and held by tests. */
export const RECORD_LOG_BYTES: Readonly<Record<KeptMetrics, number>> = {
  all: 2_100,
  essential: 1_500,
  none: 760,
};

/** Bytes of the platform's own lines of one run: START, END, REPORT. */
export const PLATFORM_LOG_BYTES = 320;

/** Bytes that one run of a function writes to the log: an estimate, since its last digits are part of what is written. */
export const runLogBytes = (metrics: KeptMetrics): number => RECORD_LOG_BYTES[metrics] + PLATFORM_LOG_BYTES;
