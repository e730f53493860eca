export * from './counting.ts';
export type { ObjectFolder } from './file/folder.ts';
export type { OpenObject } from './file/open-object.ts';
export type { StagedObject } from './file/staged.ts';
export type { ListedObject, ListOptions } from './file/walk.ts';
export * from './location.ts';
export * from './port.ts';
export * from './registry.ts';
export * from './waves.ts';
