import { bucketSnapshots } from '../engines.ts';
import { streamHandler } from '../entrypoints.ts';

export const handler = await streamHandler(bucketSnapshots());
