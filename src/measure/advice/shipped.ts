import type { Measurement } from './measurement.ts';

/** The measurements that srag ships, by `npm run bench:backends`. */
export const shippedMeasurements = async (): Promise<readonly Measurement[]> =>
  (await import('./measurements.json', { with: { type: 'json' } })).default as readonly Measurement[];
