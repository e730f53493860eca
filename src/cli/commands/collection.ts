import { confirm, isCancel } from '@clack/prompts';
import type { Command } from 'commander';
import { deleteCollection, type Workspace } from '../../config/index.ts';
import { asSragError, SragError } from '../../core/index.ts';
import { listCollections, requireCollection } from '../../corpus/index.ts';
import { embedderLabel, isSemantic } from '../../models/embedders/index.ts';
import { type CommonOptions, EXIT, runCommand, withCommonOptions } from '../context.ts';
import { formatBytes, table } from '../output.ts';
import { warnOf } from '../terminal.ts';

type Options = CommonOptions & { readonly yes?: boolean };

/** `srag collection ...` */
export function collectionCommands(program: Command): void {
  const collection = program.command('collection').description('List, compact and delete collections');
  list(collection);
  compact(collection);
  remove(collection);
}

function list(collection: Command): void {
  withCommonOptions(collection.command('list'))
    .description('List the collections of a location')
    .action((options: Options) =>
      runCommand(options, async ({ workspace, suggest }) => {
        const collections = [];
        const problems = [];
        for (const name of await listCollections(workspace.storage)) {
          try {
            collections.push(await described(workspace, name));
          } catch (error) {
            problems.push({ name, ...asSragError(error).toJSON() });
          }
        }
        for (const problem of problems) warnOf(problem.name, problem);
        const rows = collections.map(
          ({ name, documents, chunks, sizeBytes, embedder, published, publishedChunks }) => [
            name,
            String(documents),
            String(chunks),
            formatBytes(sizeBytes ?? 0),
            embedderLabel(embedder),
            publishedText(published, publishedChunks, chunks),
          ],
        );
        return {
          json: { location: workspace.storage.location, collections, problems },
          exitCode: problems.length > 0 ? EXIT.partly : EXIT.done,
          text:
            collections.length + problems.length === 0
              ? suggest(
                  `There is no collection at ${workspace.storage.location}. srag ingest PATH creates one.`,
                )
              : table(['collection', 'documents', 'chunks', 'size', 'embedder', 'published index'], rows),
        };
      }),
    );
}

async function described(workspace: Workspace, name: string) {
  const settings = await requireCollection(workspace.storage, name);
  const stats = await (await workspace.corpus(settings)).stats();
  const catalogue = workspace.catalogue(name);
  const pointer = await catalogue.pointer();
  const published = pointer === undefined ? null : `${pointer.kind}@${pointer.version}`;
  const manifest = published === null ? undefined : await catalogue.find(published).catch(() => undefined);
  return {
    ...settings,
    semantic: isSemantic(settings.embedder),
    ...stats,
    published,
    /** Differs from `chunks` after an interrupted ingest. */
    publishedChunks: manifest?.chunks ?? null,
  };
}

const publishedText = (published: string | null, publishedChunks: number | null, chunks: number): string =>
  published === null || publishedChunks === null || publishedChunks === chunks
    ? (published ?? '-')
    : `${published} (of ${publishedChunks} chunks)`;

function compact(collection: Command): void {
  withCommonOptions(collection.command('compact'))
    .description('Merge small files of the corpus; index versions stay readable')
    .action((options: Options) =>
      runCommand(options, async ({ workspace }) => {
        const corpus = await workspace.corpus(await workspace.collection());
        const before = await corpus.stats();
        await corpus.compact();
        const after = await corpus.stats();
        return {
          json: { before, after },
          text: `Compacted: ${formatBytes(before.sizeBytes ?? 0)} -> ${formatBytes(after.sizeBytes ?? 0)}, ${after.chunks} chunks.`,
        };
      }),
    );
}

function remove(collection: Command): void {
  withCommonOptions(collection.command('delete'))
    .description('Delete a collection with its corpus and indexes')
    .argument('<name>', 'collection')
    .option('--yes', 'do not ask for confirmation')
    .action((name: string, options: Options) =>
      runCommand(options, async ({ workspace, isJson }) => {
        const { storage } = workspace;
        if (!(await listCollections(storage)).includes(name)) await requireCollection(storage, name);
        if (options.yes !== true) await ask(name, isJson);
        // First, because the storage names the indexes on servers.
        await workspace.catalogue(name).deleteFromServers();
        const objects = await deleteCollection(storage, name);
        return { json: { deleted: name, objects }, text: `Deleted collection '${name}'.` };
      }),
    );
}

async function ask(name: string, isJson: boolean): Promise<void> {
  const canAsk = process.stdin.isTTY === true && !isJson;
  const answer = canAsk
    ? await confirm({ message: `Delete collection '${name}' permanently?`, initialValue: false })
    : false;
  if (answer === true && !isCancel(answer)) return;
  throw new SragError('CANCELLED', `Collection '${name}' was not deleted.`, {
    remedy: canAsk ? undefined : 'Add --yes to delete without confirmation.',
  });
}
