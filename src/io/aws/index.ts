export { awsDomain, awsOrigin } from './domain.ts';
export * from './http-client.ts';
export * from './read-body.ts';
