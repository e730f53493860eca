export * from './read-body.ts';
export * from './signed-client.ts';
