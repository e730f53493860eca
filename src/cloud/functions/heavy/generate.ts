import { generateHandler } from '../entrypoints.ts';
import { bucketIndexes } from './engine.ts';

export const handler = await generateHandler(await bucketIndexes());
