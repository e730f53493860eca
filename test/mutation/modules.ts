/** Sources to mutate, and the tests that must detect the mutants. */
export interface TestedModule {
  readonly mutate: string[];
  readonly tests: string[];
}

/** The modules covered by mutation testing. */
export const MODULES: Readonly<Record<string, TestedModule>> = {
  core: { mutate: ['src/core/*.ts', '!src/core/{index,fuse}.ts'], tests: ['test/unit/core/**/*.test.ts'] },
  fusion: { mutate: ['src/core/fuse.ts'], tests: ['test/unit/core/fuse.test.ts'] },
  chunking: {
    mutate: ['src/documents/chunking/{pack-units,group-sections}.ts'],
    tests: ['test/unit/documents/chunking/chunk-document.test.ts'],
  },
  citations: {
    mutate: ['src/query/answering/{citations,marks,quote}.ts'],
    tests: ['test/unit/query/answering/{answer,citations,marks,quote}.test.ts'],
  },
  publishing: {
    mutate: ['src/indexes/{publish,pointer}.ts', 'src/indexes/snapshot/cold-object.ts'],
    tests: [
      'test/unit/indexes/{pointer,publish,signing}.test.ts',
      'test/unit/indexes/snapshot/cold-object.test.ts',
    ],
  },
  cost: { mutate: ['src/api/cost/*.ts', '!src/api/cost/index.ts'], tests: ['test/unit/api/cost/*.test.ts'] },
  'query-cache': {
    mutate: [
      'src/api/query-cache/{*,memory/*}.ts',
      'src/cloud/functions/cached-answer.ts',
      '!src/api/query-cache/index.ts',
    ],
    tests: [
      'test/unit/api/query-cache/*.test.ts',
      'test/conformance/query-cache/{memory,none}.test.ts',
      'test/unit/cloud/functions/{cached-answer,baseline-service}.test.ts',
    ],
  },
};

/** Name of the module tested by this process; `npm run test:mutation` starts one process per module. */
export const TESTED = process.env.SRAG_MUTATION_MODULE ?? 'core';
