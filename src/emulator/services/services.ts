import { Accounts, type StorageAccount } from './accounting.ts';
import { listen } from './listen.ts';
import type { ObjectChange } from './s3/context.ts';
import { createS3Server } from './s3/server.ts';
import {
  changeSettings,
  DEFAULT_SETTINGS,
  type ModelSettings,
  NO_DELAYS,
  type RequestRecorder,
  StorageModel,
} from './storage-model/index.ts';

export interface ServicesOptions {
  /** Folder of each S3 bucket. */
  readonly buckets: Readonly<Record<string, string>>;
  /** Default `us-east-1`. */
  readonly region?: string;
  /** What storage is slowed down to; default S3 as measured from a function, `none` for as fast as it goes. */
  readonly model?: Partial<ModelSettings> | 'none';
  /** Keep a log of every storage request, for benchmarks: it grows until it is reset. */
  readonly recorder?: RequestRecorder;
  /** Port of S3; default any that is free. */
  readonly s3Port?: number;
  /** Is told of objects that were written or deleted through S3. */
  readonly onObjectChange?: (change: ObjectChange) => void;
}

export interface Services {
  /** For `AWS_ENDPOINT_URL_S3`. */
  readonly s3Endpoint: string;
  readonly model: StorageModel;
  /** Storage requests of an execution environment, told by its credentials. */
  accounting(environmentId: string): StorageAccount;
  /** Keeps nothing any more of an environment that has ended. */
  forget(environmentId: string): void;
  close(): Promise<void>;
}

/** Starts the laptop's AWS services on the loopback interface. @throws INVALID_ARGUMENT */
export async function startServices(options: ServicesOptions): Promise<Services> {
  const { region = 'us-east-1', model: settings = {} } = options;
  const model = new StorageModel(
    settings === 'none' ? NO_DELAYS : changeSettings(DEFAULT_SETTINGS, settings),
    options.recorder,
  );
  const accounts = new Accounts();
  const s3 = await createS3Server({
    buckets: options.buckets,
    region,
    model,
    accounts,
    onChange: (change) => options.onObjectChange?.(change),
  });
  const listening = await listen(s3, options.s3Port ?? 0, 's3Port');
  return {
    s3Endpoint: listening.endpoint,
    model,
    accounting: (environmentId) => accounts.of(environmentId),
    forget: (environmentId) => accounts.forget(environmentId),
    close: () => listening.close(),
  };
}
