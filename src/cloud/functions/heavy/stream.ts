import { streamHandler } from '../entrypoints.ts';
import { bucketIndexes } from './engine.ts';

export const handler = await streamHandler(await bucketIndexes());
