import { buildIndex, type Workspace } from '../../config/index.ts';
import { type CollectionSettings, parseIndexSelector, SragError, unknownName } from '../../core/index.ts';
import {
  checkBuildable,
  DEFAULT_VALIDATION,
  INDEX_KINDS,
  type IndexManifest,
  type IndexParameters,
  indexBackend,
  staleRows,
} from '../../indexes/index.ts';
import type { VariantDeclaration } from '../../measure/index.ts';
import type { CommandContext } from '../context.ts';
import type { Progress } from '../progress.ts';

/** A variant with the index version that serves it. */
export interface ResolvedVariant {
  readonly declaration: VariantDeclaration;
  /** Workspace of the variant's collection. */
  readonly workspace: Workspace;
  readonly manifest: IndexManifest;
}

/**
 * Finds the index version of every variant, and builds each missing one once. Nothing is published, so
 * running services are not affected.
 * @throws before any build: UNKNOWN_INDEX_KIND, UNKNOWN_INDEX_VERSION, UNKNOWN_COLLECTION, INVALID_ARGUMENT
 * for unknown parameters of a kind, NO_EMBEDDER or TOO_FEW_ROWS for a collection without vectors or with too
 * few rows. Later, the errors of builds are thrown.
 */
export async function resolveVariants(
  { workspace: main, signal }: CommandContext,
  variants: readonly VariantDeclaration[],
  progress: Progress,
): Promise<readonly ResolvedVariant[]> {
  for (const variant of variants) await checkSelector(variant);
  const found = [];
  for (const declaration of variants) {
    const { collection } = declaration;
    const workspace = collection === undefined ? main : main.of(collection);
    const settings = await workspace.collection();
    checkMode(declaration, settings);
    const manifest = await existing(workspace, declaration);
    if (manifest === undefined) await checkBuild(workspace, declaration, settings);
    found.push({ declaration, workspace, manifest });
  }
  const resolved: ResolvedVariant[] = [];
  for (const { declaration, workspace, manifest: known } of found) {
    const manifest =
      known ??
      (await existing(workspace, declaration)) ??
      (await build(workspace, declaration, signal, progress));
    resolved.push({ declaration, workspace, manifest });
  }
  return resolved;
}

function checkMode({ name, mode }: VariantDeclaration, settings: CollectionSettings): void {
  if ((mode !== 'vector' && mode !== 'hybrid') || settings.dimensions > 0) return;
  throw new SragError(
    'NO_EMBEDDER',
    `Variant '${name}' has mode '${mode}', which needs vectors, and collection '${settings.name}' has embedder 'none'.`,
    {
      remedy: 'Use mode lexical, or a collection that was ingested with an embedder.',
      fields: { field: 'variants', variant: name, mode, collection: settings.name },
    },
  );
}

async function checkBuild(
  workspace: Workspace,
  { index = '' }: VariantDeclaration,
  settings: CollectionSettings,
): Promise<void> {
  const { capabilities } = await indexBackend(index);
  const { chunks } = await (await workspace.corpus(settings)).stats();
  checkBuildable(index, capabilities, settings, chunks);
}

async function checkSelector({
  name,
  index,
  buildParameters,
  queryParameters,
}: VariantDeclaration): Promise<void> {
  if (index === undefined) return;
  const { kind, version } = parseIndexSelector(index);
  if (!INDEX_KINDS.some((known) => known === kind))
    throw unknownName('UNKNOWN_INDEX_KIND', 'index kind', kind, INDEX_KINDS);
  const { parameters } = await indexBackend(kind);
  for (const [stage, given] of [
    ['build', buildParameters],
    ['query', queryParameters],
  ] as const) {
    const known = parameters
      .filter((parameter) => parameter.stage === stage)
      .map((parameter) => parameter.name);
    const odd = Object.keys(given).find((parameter) => !known.includes(parameter));
    if (odd !== undefined) throw unknownName('INVALID_ARGUMENT', `${stage} parameter of ${kind}`, odd, known);
  }
  if (version !== undefined && Object.keys({ ...buildParameters, ...queryParameters }).length > 0) {
    throw new SragError('INVALID_ARGUMENT', `Variant '${name}' names both a version and parameters.`, {
      remedy: `A version keeps the parameters it was built with: omit '@${version}' to build another version.`,
      fields: { field: 'variants', variant: name },
    });
  }
}

/**
 * The newest version of the kind with these parameters that covers the whole corpus; undefined if there is
 * none.
 */
async function existing(
  workspace: Workspace,
  { index, buildParameters, queryParameters }: VariantDeclaration,
): Promise<IndexManifest | undefined> {
  const catalogue = workspace.catalogue(workspace.config.collection);
  if (index === undefined || index.includes('@')) return catalogue.find(index);
  const corpus = await workspace.corpus(await workspace.collection());
  const candidates = (await catalogue.list()).filter(
    (manifest) =>
      manifest.kind === index &&
      includes(manifest.buildParameters, buildParameters) &&
      includes(manifest.queryParameters, queryParameters),
  );
  for (const manifest of candidates.reverse())
    if ((await staleRows(corpus, manifest, () => workspace.searcher(manifest))) === 0) return manifest;
  return undefined;
}

const includes = (all: IndexParameters, wanted: IndexParameters): boolean =>
  Object.entries(wanted).every(([name, value]) => all[name] === value);

async function build(
  workspace: Workspace,
  { index = '', buildParameters, queryParameters }: VariantDeclaration,
  signal: AbortSignal,
  progress: Progress,
): Promise<IndexManifest> {
  const { manifest } = await buildIndex(workspace, {
    kind: index,
    buildParameters,
    queryParameters,
    // A low recall is a result here, not an error.
    validation: { ...DEFAULT_VALIDATION, minRecall: 0, signal },
    publish: false,
    signal,
    onProgress: ({ stage, done, total }) => progress.update(`Building ${index}: ${stage}`, done, total),
  });
  return manifest;
}
