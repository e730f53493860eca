import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { type AssetCode, Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';

/** Path of the handler: TypeScript in a checkout, compiled JavaScript in the package. */
const ENTRY = fileURLToPath(
  new URL(`./authorizer/handler${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
);

/** Bundles the token authorizer and its only library in this process, without Docker or network access. */
export function authorizerCode(): AssetCode {
  return Code.fromAsset(dirname(ENTRY), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // The type requires an image, but it is never used: if bundling fails, so does the synthesis.
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
