import { publishIfNotEmpty } from '../config/index.ts';
import { asSragError, SragError } from '../core/index.ts';
import { builtText } from './commands/index-build.ts';
import type { CommandContext } from './context.ts';
import type { Progress } from './progress.ts';
import { warnOf } from './terminal.ts';

/** The outcome of the index update after an ingest, as JSON and as text. */
export interface UpdatedIndex {
  readonly json: unknown;
  readonly text: string;
  readonly failed: boolean;
}

/**
 * Publishes an index of the ingested documents: of the published kind, else of the configured kind,
 * else `snapshot`. A failed build is part of the result, not an error, because the documents are in the
 * corpus. Returns undefined if there is nothing to index.
 */
export async function updateIndex(
  { workspace, signal, suggest }: CommandContext,
  progress: Progress,
): Promise<UpdatedIndex | undefined> {
  try {
    const published = await publishIfNotEmpty(workspace, {
      signal,
      onProgress: ({ stage, done, total }) => progress.update(`Building: ${stage}`, done, total),
    }).finally(() => progress.end());
    if (published === undefined) return undefined;
    const { manifest, isNew } = published;
    const { kind, version, chunks } = manifest;
    return {
      json: { kind, version, chunks, isNew },
      text: isNew ? `${builtText(manifest)}; published` : `${kind}@${version} is up to date`,
      failed: false,
    };
  } catch (thrown) {
    const error = asSragError(thrown);
    if (error.code !== 'CANCELLED') return failed(error, suggest);
    throw new SragError(
      'CANCELLED',
      'The index build was interrupted; the documents are in the collection.',
      {
        remedy: 'Run the same command again: nothing is ingested twice.',
        cause: error,
      },
    );
  }
}

function failed(error: SragError, suggest: CommandContext['suggest']): UpdatedIndex {
  const { code, message, upstream, remedy } = error;
  warnOf('index', { code, message, upstream, remedy: remedy && suggest(remedy) });
  return {
    json: { error },
    text: suggest(
      'The collection is up to date, but its index is not: searches still use the index that was published before. To try again: srag index build KIND',
    ),
    failed: true,
  };
}
