/** Static properties of a candidate. */
export interface CandidateKind {
  readonly name: string;
  /** File in candidates/ that implements it. */
  readonly program: 'lancedb' | 'usearch' | 'hnswlib-node' | 'sqlite-vec' | 'snapshot';
  /** Packages that must be installed. */
  readonly packages: readonly string[];
  /** Whether it can read an index on S3; all candidates can read one on disk. */
  readonly readsS3: boolean;
  /** Whether it supports lexical search. */
  readonly lexical: boolean;
  /** Query parameters used if none are given. */
  readonly parameters: Readonly<Record<string, number>>;
}

const lancedb = {
  program: 'lancedb',
  packages: ['@lancedb/lancedb'],
  readsS3: true,
  lexical: false,
} as const;
const inMemory = { readsS3: false, lexical: false } as const;

/** The candidates. LanceDB's parameters are those at which its recall@10 on arxiv-100k is .997. */
export const CANDIDATES: readonly CandidateKind[] = [
  { name: 'snapshot', program: 'snapshot', packages: [], readsS3: true, lexical: true, parameters: {} },
  { ...lancedb, name: 'lancedb-flat', parameters: {} },
  { ...lancedb, name: 'lancedb-ivf-rq', parameters: { nprobes: 20, refineFactor: 10 } },
  { ...lancedb, name: 'lancedb-ivf-hnsw-sq', parameters: { nprobes: 20, ef: 100, refineFactor: 2 } },
  { ...inMemory, name: 'usearch', program: 'usearch', packages: ['usearch'], parameters: { ef: 128 } },
  {
    ...inMemory,
    name: 'hnswlib-node',
    program: 'hnswlib-node',
    packages: ['hnswlib-node'],
    parameters: { ef: 128 },
  },
  { ...inMemory, name: 'sqlite-vec', program: 'sqlite-vec', packages: ['sqlite-vec'], parameters: {} },
];
