import { INDEX_KINDS } from '../../../src/indexes/index.ts';
import { indexSuite } from './suite.ts';

for (const kind of INDEX_KINDS) indexSuite(kind);
