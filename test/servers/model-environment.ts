import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * Folder of the real embedding model: $SRAG_TEST_MODEL. If it is not set, throws an error that says how to
 * get the model.
 */
export function testModel(): string {
  const folder = process.env.SRAG_TEST_MODEL;
  if (folder === undefined || !existsSync(resolve(folder, 'onnx'))) {
    throw new Error(
      'No model: run test/servers/fetch-model.sh FOLDER, set SRAG_TEST_MODEL=FOLDER, and ' +
        'ONNXRUNTIME_NODE_INSTALL=skip npm install --no-save --save-dev @huggingface/transformers@4.',
    );
  }
  return resolve(folder);
}
