export { awsDomain, awsOrigin } from './domain.ts';
export * from './read-body.ts';
export * from './signed-client.ts';
