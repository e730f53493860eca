import { z } from 'zod';
import { SragError, undefinedIf } from '../../core/index.ts';
import type { ObjectStorage } from '../../io/storage/index.ts';

const RECORD_FILE = 'deployment.json';

/** A recorded deployment. It contains addresses and names, never a key or a token. */
const recordSchema = z.strictObject({
  formatVersion: z.literal(1),
  name: z.string().min(1),
  apiUrl: z.url({ protocol: /^https?$/ }),
  region: z.string().min(1),
  auth: z.enum(['iam', 'api-key', 'jwt', 'none']),
  /** Id with which AWS returns the value of the API key. */
  apiKeyId: z.string().optional(),
  collection: z.string().min(1),
  engine: z.string().min(1),
  /** Location of the deployed collections. */
  location: z.string().min(1),
  bucket: z.string().min(1),
  /** Whether the deployment created the bucket. */
  ownsBucket: z.boolean(),
  documents: z.string().optional(),
  switches: z.string().optional(),
  dashboard: z.string().optional(),
  /** Servers of indexes that the deployment created. */
  openSearchUrl: z.url({ protocol: /^https$/ }).optional(),
  vectorBucket: z.string().optional(),
  profile: z.string().optional(),
  /** Version of srag that made the deployment. */
  version: z.string(),
  deployedAt: z.iso.datetime(),
});

/** A deployment as recorded in `deployment.json` at a location. */
export type DeploymentRecord = Readonly<z.output<typeof recordSchema>>;

/** The servers of indexes that a deployment created. Destroying the stack retains them. */
export const createdServers = ({ openSearchUrl, vectorBucket }: DeploymentRecord): string[] => [
  ...(openSearchUrl === undefined ? [] : [`OpenSearch server ${openSearchUrl}`]),
  ...(vectorBucket === undefined ? [] : [`vector bucket ${vectorBucket}`]),
];

/** The deployment recorded at a location; undefined if there is none. @throws DAMAGED_STORE */
export async function readDeployment(storage: ObjectStorage): Promise<DeploymentRecord | undefined> {
  const found = await storage.read(RECORD_FILE).catch(undefinedIf('OBJECT_NOT_FOUND'));
  if (found === undefined) return undefined;
  try {
    return recordSchema.parse(JSON.parse(new TextDecoder().decode(found.bytes)));
  } catch (cause) {
    throw new SragError('DAMAGED_STORE', `${RECORD_FILE} at ${storage.location} cannot be read.`, {
      remedy: 'Run srag deploy to rewrite it; an unchanged deployment is not modified.',
      cause,
    });
  }
}

/** The deployment recorded at a location, which must exist. @throws NO_DEPLOYMENT, DAMAGED_STORE */
export async function requireDeployment(storage: ObjectStorage): Promise<DeploymentRecord> {
  const record = await readDeployment(storage);
  if (record !== undefined) return record;
  throw new SragError('NO_DEPLOYMENT', `Nothing was deployed from ${storage.location}.`, {
    remedy: 'Run srag deploy, or set --location to the location that was deployed.',
    fields: { location: storage.location },
  });
}

export async function writeDeployment(storage: ObjectStorage, record: DeploymentRecord): Promise<void> {
  const text = `${JSON.stringify(recordSchema.parse(record), null, 2)}\n`;
  await storage.write(RECORD_FILE, new TextEncoder().encode(text));
}

export const forgetDeployment = (storage: ObjectStorage): Promise<void> => storage.delete([RECORD_FILE]);

/**
 * Builds the record from the stack's outputs and local values.
 * @throws DEPLOYMENT_FAILED if an output is missing.
 */
export function recordOf(
  outputs: Readonly<Record<string, string>>,
  known: Pick<
    DeploymentRecord,
    'name' | 'collection' | 'engine' | 'ownsBucket' | 'version' | 'deployedAt' | 'profile'
  >,
): DeploymentRecord {
  const { ApiUrl, Region, Auth, ApiKeyId, Location, Bucket, Documents, Switches, Dashboard } = outputs;
  const { OpenSearchUrl, VectorBucket } = outputs;
  const parsed = recordSchema.safeParse({
    formatVersion: 1,
    ...known,
    apiUrl: ApiUrl,
    region: Region,
    auth: Auth,
    apiKeyId: ApiKeyId,
    location: Location,
    bucket: Bucket,
    documents: Documents,
    switches: Switches,
    dashboard: Dashboard,
    openSearchUrl: OpenSearchUrl,
    vectorBucket: VectorBucket,
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new SragError(
    'DEPLOYMENT_FAILED',
    `Output '${issue?.path.join('.')}' of stack ${known.name} is missing or invalid: ${issue?.message}.`,
    { remedy: 'Install the srag-infra of the same version as srag, and deploy again.' },
  );
}
