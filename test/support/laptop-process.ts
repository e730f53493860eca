/** A process that serves one bucket, the folder given, and prints its endpoint; it ends with its input. */
import { startServices } from '../../src/laptop/index.ts';

const services = await startServices({ buckets: { 'laptop-bucket': process.argv[2] ?? '' }, model: 'none' });
process.stdout.write(`${services.s3Endpoint}\n`);
process.stdin.on('end', () => void services.close()).resume();
