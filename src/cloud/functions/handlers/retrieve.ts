import { bucketSnapshots } from '../engines.ts';
import { retrieveHandler } from '../entrypoints.ts';

export const handler = await retrieveHandler(bucketSnapshots());
