import type { Connection, Table as LanceTable, Query } from '@lancedb/lancedb';
import { BatchReader, guarded, lanceError } from '../../io/lance/index.ts';
import { withRetries } from './retries.ts';

const SCAN_BATCH = 1_024;

/** The table of a corpus. It is read in batches, and every commit is based on its latest version. */
export class CorpusTable {
  readonly lance: LanceTable;
  readonly #connection: Connection;

  constructor(connection: Connection, lance: LanceTable) {
    this.lance = lance;
    this.#connection = connection;
  }

  /** Runs `work` on the latest version. Runs it again after a conflict with another writer. */
  async commit(context: string, work: () => Promise<unknown>): Promise<void> {
    await withRetries(() =>
      guarded(context, async () => {
        await this.lance.checkoutLatest();
        await work();
      }),
    );
  }

  async *batches(query: Query, maxBatchLength = SCAN_BATCH): AsyncIterable<BatchReader> {
    // `execute` is the only streaming call that accepts a batch size; its declaration is protected.
    // biome-ignore lint/complexity/useLiteralKeys: only the bracket form reaches a protected member.
    const batches = query['execute']({ maxBatchLength });
    try {
      for await (const batch of batches) yield new BatchReader(batch);
    } catch (error) {
      throw lanceError(error, 'Reading the corpus');
    }
  }

  close(): void {
    this.lance.close();
    this.#connection.close();
  }
}
