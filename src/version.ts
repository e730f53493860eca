import { createRequire } from 'node:module';

/** srag's own version. */
export const VERSION: string = (createRequire(import.meta.url)('srag/package.json') as { version: string })
  .version;
