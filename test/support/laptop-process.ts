/**
 * A process that serves the given folder as one bucket and prints its endpoint; it exits at the end of its
 * stdin.
 */
import { startServices } from '../../src/laptop/index.ts';

const services = await startServices({ buckets: { 'laptop-bucket': process.argv[2] ?? '' }, model: 'none' });
process.stdout.write(`${services.s3Endpoint}\n`);
process.stdin.on('end', () => void services.close()).resume();
