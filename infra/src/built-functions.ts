import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InfraError } from './infra-error.ts';
import { type AssetFile, assetFiles, nativeProcessor, type Processor } from './native-files.ts';

/** The bundles to deploy: small ones for snapshot indexes, or the LanceDB asset for every index kind. */
export type Engine = 'snapshot' | 'lancedb';

/** A route of the HTTP API. */
export interface Route {
  readonly method: string;
  readonly path: string;
}

/** A route that API Gateway answers without invoking a function. */
export interface GatewayAnswer extends Route {
  readonly body: object;
}

/** A function from the manifest of the build, with its deployment settings. */
export interface BuiltFunction {
  readonly name: string;
  /** Folder of the code. */
  readonly folder: string;
  readonly handler: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** Whether the function streams its response. */
  readonly streaming: boolean;
  readonly routes: readonly Route[];
  readonly processor: Processor;
}

/** The output of `npm run build` in `dist/functions`. */
export interface BuiltFunctions {
  readonly folder: string;
  readonly functions: readonly BuiltFunction[];
  readonly gatewayAnswers: readonly GatewayAnswer[];
  /** Definition of the Express state machine, with `${RetrieveFunction}` and `${GenerateFunction}`. */
  readonly definition: string;
  /** Definition of the ingest state machine; undefined without ingest. */
  readonly ingestDefinition: string | undefined;
}

/** Maximum size of an asset. */
interface Budget {
  readonly sizeBytes: number;
  readonly text: string;
}

/** Licence texts of bundled packages are never loaded, so they do not count towards a budget. */
const NOTICES = 'THIRD-PARTY-NOTICES.txt';
const LIGHT_BUDGET: Budget = { sizeBytes: 1_000_000, text: '1 MB' };
const LANCEDB_BUDGET: Budget = { sizeBytes: 230_000_000, text: '230 MB unzipped' };
/** The asset with LanceDB's native library and a handler for every function. */
const LANCEDB_ASSET = 'lancedb';

interface ManifestEntry {
  readonly name: string;
  readonly asset: string;
  readonly handler: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly streaming: boolean;
  /** Default: both. */
  readonly engine?: Engine | 'both';
  readonly routes: readonly Route[];
}

/** Types of the members of a manifest entry, for error messages. */
const MEMBERS: Readonly<Record<Exclude<keyof ManifestEntry, 'engine'>, string>> = {
  name: 'string',
  asset: 'string',
  handler: 'string',
  memoryMb: 'number',
  timeoutSeconds: 'number',
  streaming: 'boolean',
  routes: 'object',
};

/**
 * Reads the manifest of a build and its folders, for one engine.
 * @throws InfraError for a missing or damaged manifest, a missing bundle, a bundle over its size budget, or
 * native code where none is allowed.
 */
export function readBuiltFunctions(
  folder: string,
  { engine, ingest }: { readonly engine: Engine; readonly ingest: boolean },
): BuiltFunctions {
  const root = resolve(folder);
  const manifest = readManifest(root);
  const entries = manifest.functions.filter(
    (entry) => [undefined, 'both', engine].includes(entry.engine) && (ingest || entry.name !== 'ingest'),
  );
  const assets = new Map<string, Asset>();
  const functions = entries.map((entry): BuiltFunction => {
    const { name, memoryMb, timeoutSeconds, streaming, routes } = entry;
    const isHeavy = entry.asset === LANCEDB_ASSET || (engine === 'lancedb' && isInHeavyAsset(root, name));
    const assetName = isHeavy ? LANCEDB_ASSET : entry.asset;
    const asset = assets.get(assetName) ?? openAsset(root, assetName, name);
    assets.set(assetName, asset);
    const handler = isHeavy ? `${name}.handler` : entry.handler;
    checkHandler(asset, name, handler);
    return {
      name,
      folder: asset.folder,
      handler,
      memoryMb,
      timeoutSeconds,
      streaming,
      routes,
      processor: asset.processor,
    };
  });
  return {
    folder: root,
    functions,
    gatewayAnswers: manifest.gatewayAnswers ?? [],
    definition: readText(root, 'state-machine.asl.json'),
    ingestDefinition: ingest ? readText(root, 'ingest.asl.json') : undefined,
  };
}

/** Functions that open an index and therefore come from the engine's asset. */
const OPENS_INDEX = ['retrieve', 'generate', 'stream'];

/**
 * Whether a function is in the LanceDB asset: required for functions that open an index, optional for others.
 */
const isInHeavyAsset = (root: string, name: string): boolean =>
  OPENS_INDEX.includes(name) || existsSync(join(root, LANCEDB_ASSET, `${name}.mjs`));

interface Asset {
  readonly folder: string;
  readonly files: readonly AssetFile[];
  readonly processor: Processor;
}

function openAsset(root: string, assetName: string, functionName: string): Asset {
  const folder = join(root, assetName);
  const isHeavy = assetName === LANCEDB_ASSET;
  if (!existsSync(folder)) {
    throw new InfraError(
      `Function '${functionName}' has no bundle: ${folder} does not exist. Run npm run ${isHeavy ? 'build:lancedb' : 'build'}.`,
    );
  }
  const files = assetFiles(folder);
  const { sizeBytes: budget, text } = isHeavy ? LANCEDB_BUDGET : LIGHT_BUDGET;
  const code = files.filter(({ path }) => !path.endsWith(NOTICES));
  const sizeBytes = code.reduce((sum, file) => sum + file.sizeBytes, 0);
  if (sizeBytes > budget) {
    const largest = code.toSorted((left, right) => right.sizeBytes - left.sizeBytes)[0]!;
    throw new InfraError(
      `Function '${functionName}': its bundle ${folder} is ${megabytes(sizeBytes)}, over the budget of ${text}. Its largest file is ${largest.path} (${megabytes(largest.sizeBytes)}).`,
    );
  }
  const processor = nativeProcessor(folder, files);
  if (processor !== undefined && !isHeavy) {
    throw new InfraError(
      `Function '${functionName}': its bundle ${folder} contains native code; only the asset '${LANCEDB_ASSET}' may.`,
    );
  }
  // A bundle without native code runs on either processor; arm64 is cheaper.
  return { folder, files, processor: processor ?? 'arm64' };
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;

function checkHandler({ folder, files }: Asset, functionName: string, handler: string): void {
  const module = handler.slice(0, handler.lastIndexOf('.'));
  const candidates = ['.mjs', '.js', '.cjs'].map((extension) => module + extension);
  if (files.some(({ path }) => candidates.includes(path))) return;
  throw new InfraError(
    `Function '${functionName}': its handler is ${handler}, but ${folder} contains none of ${candidates.join(', ')}.`,
  );
}

interface Manifest {
  readonly functions: readonly ManifestEntry[];
  readonly gatewayAnswers?: readonly GatewayAnswer[];
}

function readManifest(root: string): Manifest {
  const path = join(root, 'functions.json');
  let manifest: { functions?: unknown };
  try {
    manifest = JSON.parse(readText(root, 'functions.json'));
  } catch (error) {
    if (error instanceof InfraError) throw error;
    throw new InfraError(`${path} is not JSON: ${(error as Error).message}`);
  }
  if (!Array.isArray(manifest.functions)) throw new InfraError(`${path} contains no list 'functions'.`);
  for (const [position, entry] of manifest.functions.entries()) {
    for (const [member, type] of Object.entries(MEMBERS)) {
      const value = (entry as Record<string, unknown> | null)?.[member];
      if (typeof value !== type || value === null)
        throw new InfraError(
          `${path}: functions[${position}].${member} is ${JSON.stringify(value)}; it must be a ${type}.`,
        );
    }
  }
  return manifest as Manifest;
}

function readText(root: string, name: string): string {
  try {
    return readFileSync(join(root, name), 'utf8');
  } catch {
    throw new InfraError(`${join(root, name)} cannot be read. Run npm run build.`);
  }
}
