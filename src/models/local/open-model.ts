import { access } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { messageOf, SragError } from '../../core/index.ts';
import { loadTransformers, type Model, type Tokenizer, type WeightType } from './transformers.ts';

/** Source of a model: a local folder, or a model id that is downloaded and cached. */
export interface ModelSource {
  readonly modelPath?: string | undefined;
  readonly model?: string | undefined;
  readonly dtype: WeightType;
}

/** A tokenizer and model, ready for use. */
export interface OpenedModel {
  readonly tokenizer: Tokenizer;
  readonly model: Model;
}

/** The model's name in ids and messages: the model id, or the name of the local folder. */
export const modelName = (source: ModelSource): string =>
  source.model ?? basename(resolve(source.modelPath ?? 'model'));

/** Models are opened one at a time, because the library's file location is a global setting. */
let opening: Promise<unknown> = Promise.resolve();

/**
 * Opens a model with transformers.js. A local folder is read without any network access.
 * @throws MISSING_PACKAGE, MODEL_NOT_FOUND if the folder or model cannot be read.
 */
export function openModel(
  source: ModelSource,
  kind: 'AutoModel' | 'AutoModelForSequenceClassification',
  purpose: string,
): Promise<OpenedModel> {
  const opened = opening.then(() => open(source, kind, purpose));
  opening = opened.catch(() => undefined);
  return opened;
}

async function open(
  source: ModelSource,
  kind: 'AutoModel' | 'AutoModelForSequenceClassification',
  purpose: string,
): Promise<OpenedModel> {
  const transformers = await loadTransformers(purpose);
  const { env } = transformers;
  const before = { allowRemoteModels: env.allowRemoteModels, localModelPath: env.localModelPath };
  try {
    let name = source.model ?? '';
    if (source.modelPath !== undefined) {
      const folder = resolve(source.modelPath);
      await access(join(folder, 'config.json'));
      env.allowRemoteModels = false;
      env.localModelPath = dirname(folder);
      name = basename(folder);
    }
    const tokenizer = await transformers.AutoTokenizer.from_pretrained(name);
    const model = await transformers[kind].from_pretrained(name, { dtype: source.dtype });
    return { tokenizer, model };
  } catch (cause) {
    const where = source.modelPath ?? source.model ?? '';
    throw new SragError(
      'MODEL_NOT_FOUND',
      `${purpose}: cannot open the model '${where}': ${messageOf(cause)}.`,
      {
        remedy:
          source.modelPath === undefined
            ? "Check 'model' and the network, or set 'modelPath' to a local folder."
            : `A model folder contains config.json, tokenizer.json, tokenizer_config.json and onnx/model*.onnx (dtype '${source.dtype}').`,
        fields: { model: where },
        cause,
      },
    );
  } finally {
    env.allowRemoteModels = before.allowRemoteModels;
    env.localModelPath = before.localModelPath;
  }
}
