export { countRecords } from './count-records.ts';
export { DEFAULT_FIELD_MAP, DEFAULT_LIMITS } from './defaults.ts';
export { type FileListing, type ListOptions, listFiles, type SkippedFiles } from './list-files.ts';
export { loadFile } from './load-file.ts';
export { openRegular } from './open-regular.ts';
export * from './port.ts';
export { findProjectRoot, sourceOf } from './project-root.ts';
export { EXTENSIONS, isDataset, LOADER_NAMES, LOADERS, type LoaderName } from './registry.ts';
