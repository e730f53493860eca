import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InfraError } from './infra-error.ts';

/** Processor that a function runs on. */
export type Processor = 'arm64' | 'x86_64';

/** `e_machine` of an ELF header (System V ABI). */
const MACHINES: Readonly<Record<number, Processor>> = { 62: 'x86_64', 183: 'arm64' };

/** A file of an asset. */
export interface AssetFile {
  /** Relative to the asset. */
  readonly path: string;
  readonly sizeBytes: number;
}

/** All files below a folder, in path order. */
export function assetFiles(folder: string): AssetFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort()
    .map((path) => ({ path, sizeBytes: statSync(join(folder, path)).size }));
}

/**
 * The processor that an asset's native code was compiled for; undefined if it has none.
 * @throws InfraError for native code that no Lambda function can load: files other than ELF, or code for two
 * processors.
 */
export function nativeProcessor(folder: string, files: readonly AssetFile[]): Processor | undefined {
  let found: { path: string; processor: Processor } | undefined;
  for (const { path } of files.filter((file) => file.path.endsWith('.node'))) {
    const processor = processorOf(join(folder, path));
    if (processor === undefined) {
      throw new InfraError(
        `${join(folder, path)} is not a Linux library for x86_64 or arm64: Lambda cannot load it. Build this asset on Linux.`,
      );
    }
    if (found !== undefined && found.processor !== processor) {
      throw new InfraError(
        `${folder} contains ${found.path} for ${found.processor} and ${path} for ${processor}, but a function runs on only one processor.`,
      );
    }
    found = { path, processor };
  }
  return found?.processor;
}

function processorOf(path: string): Processor | undefined {
  const header = Buffer.alloc(20);
  const file = openSync(path, 'r');
  try {
    if (readSync(file, header) < header.length) return undefined;
  } finally {
    closeSync(file);
  }
  const isElf = header.readUInt32BE(0) === 0x7f454c46;
  return isElf ? MACHINES[header.readUInt16LE(18)] : undefined;
}
