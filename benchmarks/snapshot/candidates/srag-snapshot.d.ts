/** The library surface that the snapshot candidate is measured through; `src/snapshot.ts` has it. */
declare module 'srag/snapshot' {
  interface Storage {
    readonly location?: string;
  }
  interface Searcher {
    search(query: {
      readonly vector?: Float32Array;
      readonly text?: string;
      readonly topK: number;
      readonly filter?: unknown;
      readonly signal?: AbortSignal;
    }): Promise<{
      readonly hits: readonly {
        readonly id: string;
        readonly documentId?: string;
        readonly score: number;
        readonly text: string;
      }[];
      readonly trace: unknown;
    }>;
    hydrate(): Promise<unknown>;
    close(): unknown;
  }
  export function fileStorage(folder: string): Storage;
  export function signedS3(options: {
    readonly bucket: string;
    readonly prefix: string;
    readonly region: string;
    readonly endpoint?: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  }): Storage;
  export function openSearcher(options: {
    readonly storage: Storage;
    readonly collection: string;
    readonly cache?: {
      readonly folder?: string;
      readonly folderBytes?: number;
      readonly memoryBytes?: number;
    };
  }): Promise<Searcher>;
}
