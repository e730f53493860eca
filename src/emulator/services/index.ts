export type { StorageAccount } from './accounting.ts';
export { type LaptopCredentials, laptopCredentials, OUTSIDE } from './credentials.ts';
export type { ObjectChange } from './s3/context.ts';
export { type Services, type ServicesOptions, startServices } from './services.ts';
export * from './storage-model/index.ts';
