export { awsDomain, awsDualStackOrigin, awsOrigin } from './domain.ts';
export * from './http-client.ts';
export * from './read-body.ts';
