import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InfraError } from './infra-error.ts';

/** The built functions of this checkout, or of the installed package `srag`. @throws InfraError */
export function defaultFunctionsFolder(): string {
  const checkout = fileURLToPath(new URL('../../dist/functions', import.meta.url));
  if (existsSync(checkout)) return checkout;
  try {
    const manifest = createRequire(import.meta.url).resolve('srag/package.json');
    return join(dirname(manifest), 'dist', 'functions');
  } catch {
    throw new InfraError(
      `${checkout} contains no built functions, and the package srag is not installed. Run npm run build, or set 'functions'.`,
    );
  }
}
