import { bucketSnapshots } from '../engines.ts';
import { generateHandler } from '../entrypoints.ts';

export const handler = await generateHandler(bucketSnapshots());
