import { AwsJsonRpc, type AwsRpcOptions, type AwsRpcSettings } from '../../io/remote/index.ts';
import { explained } from './errors.ts';
import type { S3VectorsSettings } from './settings.ts';

/** Waits between attempts. Searches delay an answer, so the waits are short. */
const SEARCH_RETRY = { baseMs: 50, capMs: 2_000 };
/** A build may wait longer than a search until the service is no longer overloaded. */
const BUILD: Pick<AwsRpcSettings, 'timeoutMs' | 'retry'> = {
  timeoutMs: 60_000,
  retry: { attempts: 12, baseMs: 200, capMs: 10_000 },
};

/** Operations of Amazon S3 Vectors on one vector bucket. All requests may be sent twice. */
export class S3VectorsClient {
  readonly settings: S3VectorsSettings;
  readonly #rpc: AwsJsonRpc;

  constructor(settings: S3VectorsSettings, purpose: 'search' | 'build' = 'search') {
    this.settings = settings;
    const { region, credentials, endpoint, timeoutMs, attempts } = settings;
    const search = { timeoutMs, retry: { ...SEARCH_RETRY, attempts } };
    const limits = purpose === 'search' ? search : BUILD;
    this.#rpc = new AwsJsonRpc('s3vectors', { region, credentials, endpoint, ...limits });
  }

  /**
   * Calls an operation. `T`: the documented answer, of which nothing is checked, so its members are optional.
   * @throws BUCKET_MISSING and the errors of {@link AwsJsonRpc.call}
   */
  async call<T extends object>(
    operation: string,
    input: object,
    options: AwsRpcOptions = {},
  ): Promise<Partial<T>> {
    try {
      const body = { vectorBucketName: this.settings.bucket, ...input };
      return ((await this.#rpc.call(operation, body, options)) ?? {}) as Partial<T>;
    } catch (error) {
      throw explained(error, this.settings);
    }
  }

  /** Closes all connections. */
  close(): void {
    this.#rpc.close();
  }
}
