import type { Command } from 'commander';
import { checkFilter, SragError } from '../../core/index.ts';
import {
  DEFAULT_VALIDATION,
  INDEX_KINDS,
  indexBackend,
  staleRows,
  validateIndex,
} from '../../indexes/index.ts';
import { embedderLabel } from '../../models/embedders/index.ts';
import { type CommonOptions, EXIT, runCommand, withCommonOptions } from '../context.ts';
import { jsonOption, numberOption, queryVectorsOption } from '../options.ts';
import { formatBytes, formatDuration, table } from '../output.ts';
import { indexBuildCommand } from './index-build.ts';

interface Options extends CommonOptions {
  readonly rollback?: boolean;
}

interface ValidateOptions extends CommonOptions {
  readonly index?: string;
  readonly queries: number;
  readonly topK: number;
  readonly minRecall: number;
  readonly filter?: string;
  readonly queryVectors?: string;
}

/** `srag index ...` */
export function indexCommands(program: Command): void {
  const index = program.command('index').description('Build, list, validate and publish index versions');
  indexBuildCommand(index);
  kinds(index);
  list(index);
  publish(index);
  validate(index);
  stats(index);
  gc(index);
}

function kinds(index: Command): void {
  withCommonOptions(index.command('kinds'))
    .description('List index kinds and their parameters')
    .action((options: Options) =>
      runCommand(options, async () => {
        const backends = await Promise.all(INDEX_KINDS.map((kind) => indexBackend(kind)));
        const described = backends.map(({ kind, capabilities, parameters }) => ({
          kind,
          capabilities,
          parameters: parameters.map(({ defaultFor, ...rest }) => ({
            ...rest,
            defaults: {
              '10000 rows x 384': defaultFor(1e4, 384),
              '100000 rows x 384': defaultFor(1e5, 384),
              '1000000 rows x 384': defaultFor(1e6, 384),
            },
          })),
        }));
        const text = described.map(({ kind, capabilities, parameters }) =>
          [
            `${kind}: ${capabilities.vectorSearch}, at least ${capabilities.minRows} rows${capabilities.lexicalOnly ? ', works without vectors' : ''}, metric ${capabilities.metrics.join(' or ')}`,
            ...parameters.map(
              ({ name, stage, min, max, description, defaults }) =>
                `  ${name} (${stage}, ${min}-${max}, default ${[...new Set(Object.values(defaults))].join(' / ')}): ${description}`,
            ),
          ].join('\n'),
        );
        return { json: { kinds: described }, text: text.join('\n\n') };
      }),
    );
}

function list(index: Command): void {
  withCommonOptions(index.command('list'))
    .description('List index versions')
    .action((options: Options) =>
      runCommand(options, async ({ workspace, signal, suggest }) => {
        const settings = await workspace.collection();
        const catalogue = workspace.catalogue(settings.name);
        const [manifests, pointer, corpus] = [
          await catalogue.list(),
          await catalogue.pointer(),
          await workspace.corpus(settings),
        ];
        const versions = [];
        for (const manifest of manifests) {
          const stale = await staleRows(corpus, manifest, () => workspace.searcher(manifest, signal));
          versions.push({ ...manifest, published: manifest.version === pointer?.version, staleRows: stale });
        }
        const rows = versions.map(
          ({ kind, version, chunks, staleRows: stale, validation, build, published }) => [
            published ? '*' : '',
            `${kind}@${version}`,
            String(chunks),
            String(stale),
            validation === undefined ? '' : validation.recall.toFixed(3),
            formatBytes(build.sizeBytes ?? 0),
            formatDuration(build.durationMs),
          ],
        );
        const text = table(['', 'index', 'chunks', 'stale', 'recall@10', 'size', 'built in'], rows);
        return {
          json: { collection: settings.name, published: pointer ?? null, versions },
          text:
            versions.length === 0
              ? suggest(
                  `Collection '${settings.name}' has no index yet. Build one: srag index build snapshot`,
                )
              : `${text}\n* published`,
        };
      }),
    );
}

function publish(index: Command): void {
  withCommonOptions(index.command('publish'))
    .description('Publish an index version, or the previous one with --rollback')
    .argument('[version]', 'version, or KIND@VERSION')
    .option('--rollback', 'publish the previously published version')
    .action((selector: string | undefined, options: Options) =>
      runCommand(options, async ({ workspace }) => {
        const settings = await workspace.collection();
        const catalogue = workspace.catalogue(settings.name);
        if ((selector === undefined) !== (options.rollback === true)) {
          throw new SragError('INVALID_ARGUMENT', 'Name a version, or use --rollback.', {
            remedy: 'srag index list shows the versions.',
          });
        }
        const version = selector?.includes('@') ? (await catalogue.find(selector)).version : selector;
        const pointer = version === undefined ? await catalogue.rollBack() : await catalogue.publish(version);
        return {
          json: pointer,
          text: `Published ${pointer.kind}@${pointer.version} (generation ${pointer.generation}).`,
        };
      }),
    );
}

function validate(index: Command): void {
  withCommonOptions(index.command('validate'))
    .description('Measure recall against exact search')
    .argument('[index]', 'KIND or KIND@VERSION (default: the published version)')
    .option('--index <kind[@version]>', 'the same as [index]')
    .option('--queries <n>', 'corpus vectors sampled as queries', numberOption, DEFAULT_VALIDATION.queries)
    .option('--top-k <n>', 'neighbours compared', numberOption, DEFAULT_VALIDATION.topK)
    .option(
      '--min-recall <share>',
      'minimum mean recall; below it the command fails',
      numberOption,
      DEFAULT_VALIDATION.minRecall,
    )
    .option('--query-vectors <dir>', 'real queries instead of corpus vectors: a folder with queries.*.npy')
    .option('--filter <json>', 'compare only among the chunks that match this filter')
    .action((selector: string | undefined, options: ValidateOptions) =>
      runCommand(options, async ({ workspace, signal }) => {
        const settings = await workspace.collection();
        const manifest = await workspace.catalogue(settings.name).find(selector ?? options.index);
        const given = jsonOption('filter', options.filter);
        const filter = given === undefined ? undefined : checkFilter(given, settings.fields);
        const queryVectors = await queryVectorsOption(options.queryVectors);
        const searcher = await workspace.searcher(manifest, signal);
        const report = await validateIndex(await workspace.corpus(settings), searcher, {
          queries: options.queries,
          topK: options.topK,
          minRecall: options.minRecall,
          signal,
          filter,
          queryVectors,
        });
        if (filter === undefined) await workspace.catalogue(settings.name).record(manifest, report);
        const isFit = report.recall >= report.minRecall;
        return {
          json: { index: `${manifest.kind}@${manifest.version}`, ...report, passed: isFit },
          text: `${manifest.kind}@${manifest.version}: recall@${report.topK} ${report.recall.toFixed(4)} (worst ${report.worst.toFixed(2)}) over ${report.queries} queries: ${isFit ? 'passed' : `below ${report.minRecall}`}`,
          exitCode: isFit ? EXIT.done : EXIT.failed,
        };
      }),
    );
}

function stats(index: Command): void {
  withCommonOptions(index.command('stats'))
    .description('Explain an index version: sizes, settings, plan')
    .argument('[index]', 'KIND or KIND@VERSION (default: the published version)')
    .option('--index <kind[@version]>', 'the same as [index]')
    .action((selector: string | undefined, options: Options & { readonly index?: string }) =>
      runCommand(options, async ({ workspace, signal }) => {
        const settings = await workspace.collection();
        const manifest = await workspace.catalogue(settings.name).find(selector ?? options.index);
        const searcher = await workspace.searcher(manifest, signal);
        const described = await searcher.describe();
        const stale = await staleRows(await workspace.corpus(settings), manifest, async () => searcher);
        const facts = {
          index: `${manifest.kind}@${manifest.version}`,
          createdAt: manifest.createdAt,
          embedder: embedderLabel(settings.embedder),
          staleRows: stale,
          ...manifest.buildParameters,
          ...manifest.queryParameters,
          ...described,
        };
        return {
          json: { manifest, staleRows: stale, details: described },
          text: Object.entries(facts)
            .map(([name, value]) => `${name}: ${value}`)
            .join('\n'),
        };
      }),
    );
}

function gc(index: Command): void {
  withCommonOptions(index.command('gc'))
    .description('Delete old index versions; the published one and its predecessor are kept')
    .requiredOption('--keep <n>', 'newest versions to keep', numberOption)
    .action((options: CommonOptions & { readonly keep: number }) =>
      runCommand(options, async ({ workspace }) => {
        const { keep } = options;
        if (!Number.isInteger(keep) || keep < 0)
          throw new SragError('INVALID_ARGUMENT', `--keep is ${keep}; it must be an integer >= 0.`, {
            remedy: 'For example, --keep 3 keeps the three newest, the published one and its predecessor.',
            fields: { field: 'keep', value: keep },
          });
        const settings = await workspace.collection();
        const deleted = await workspace.catalogue(settings.name).collectGarbage(keep);
        return {
          json: { deleted },
          text: deleted.length === 0 ? 'Nothing to delete.' : `Deleted ${deleted.join(', ')}.`,
        };
      }),
    );
}
