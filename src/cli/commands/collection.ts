import { confirm, isCancel } from '@clack/prompts';
import type { Command } from 'commander';
import { collectionPrefix, SragError } from '../../core/index.ts';
import { listCollections, requireCollection } from '../../corpus/index.ts';
import { embedderLabel, isSemantic } from '../../embedders/index.ts';
import { type CommonOptions, runCommand, withCommonOptions } from '../context.ts';
import { formatBytes, table } from '../output.ts';

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
      runCommand(options, async ({ workspace }) => {
        const collections = [];
        for (const name of await listCollections(workspace.storage)) {
          const settings = await requireCollection(workspace.storage, name);
          const stats = await (await workspace.corpus(settings)).stats();
          const published = await workspace.catalogue(name).published();
          collections.push({
            ...settings,
            semantic: isSemantic(settings.embedder),
            ...stats,
            published: published === undefined ? null : `${published.kind}@${published.version}`,
          });
        }
        const rows = collections.map(({ name, documents, chunks, sizeBytes, embedder, published }) => [
          name,
          String(documents),
          String(chunks),
          formatBytes(sizeBytes ?? 0),
          embedderLabel(embedder),
          published ?? '-',
        ]);
        return {
          json: { location: workspace.storage.location, collections },
          text:
            collections.length === 0
              ? `There is no collection at ${workspace.storage.location}. srag ingest PATH makes one.`
              : table(['collection', 'documents', 'chunks', 'size', 'embedder', 'published index'], rows),
        };
      }),
    );
}

function compact(collection: Command): void {
  withCommonOptions(collection.command('compact'))
    .description('Join small files of the corpus; index versions stay readable')
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
    .option('--yes', 'do not ask')
    .action((name: string, options: Options) =>
      runCommand(options, async ({ workspace, isJson }) => {
        const { storage } = workspace;
        await requireCollection(storage, name);
        if (options.yes !== true) await ask(name, isJson);
        const settingsKey = `${collectionPrefix(name)}collection.json`;
        const keys: string[] = [];
        for await (const { key } of storage.list(collectionPrefix(name)))
          if (key !== settingsKey) keys.push(key);
        await storage.delete(keys);
        // The settings go last: a deletion that is cut short can be done again.
        await storage.delete([settingsKey]);
        return { json: { deleted: name, objects: keys.length + 1 }, text: `Deleted collection '${name}'.` };
      }),
    );
}

async function ask(name: string, isJson: boolean): Promise<void> {
  const canAsk = process.stdin.isTTY === true && !isJson;
  const answer = canAsk
    ? await confirm({ message: `Delete collection '${name}' for good?`, initialValue: false })
    : false;
  if (answer === true && !isCancel(answer)) return;
  throw new SragError('CANCELLED', `Collection '${name}' was not deleted.`, {
    remedy: canAsk ? undefined : 'Add --yes to delete without being asked.',
  });
}
