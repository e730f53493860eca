import { retrieveHandler } from '../entrypoints.ts';
import { bucketIndexes } from './engine.ts';

export const handler = await retrieveHandler(await bucketIndexes());
