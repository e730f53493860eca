/** Example load plans for `--help` and errors. */
export const PLAN_EXAMPLES: readonly string[] = [
  'constant 50/s for 60s',
  'steps 10/s, 20/s, 40/s for 30s each',
  'ramp 0/s to 200/s for 5min',
  'idle for 10min; burst 500/s for 10s',
  'on-off 20/s for 60s, idle 15min, 4 times',
  'day 100/s to 10000/s with peaks at 9:00, 20:30',
  'trace requests.csv',
];
