import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { type AssetCode, Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';

/** The handler next to this file: the source in a checkout, compiled in the package. */
const ENTRY = fileURLToPath(
  new URL(`./authorizer/handler${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
);

/** The token authorizer and its one library, bundled in process: no Docker, no network. */
export function authorizerCode(): AssetCode {
  return Code.fromAsset(dirname(ENTRY), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Required by the type but never used: a failed bundling ends the synthesis.
      image: DockerImage.fromRegistry('scratch'),
      local: {
        tryBundle: (folder) => {
          bundle(join(folder, 'index.mjs'));
          return true;
        },
      },
    },
  });
}

/** Writes the bundle to a file. */
export function bundle(outfile: string): void {
  buildSync({
    entryPoints: [ENTRY],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    logLevel: 'silent',
  });
}
