import { type Engine, RagService } from '../../api/service/index.ts';
import { embedderOf } from '../../models/embedders/index.ts';
import { createGenerator, type Generator } from '../../models/generators/index.ts';
import { createReranker } from '../../models/rerankers/index.ts';
import { functionSettings, servedBy } from './environment.ts';
import { platformParts } from './platform.ts';

/** Creates a function's service, which searches with `engine`. It lives as long as the environment. */
export async function functionService(engine: Engine): Promise<RagService> {
  const settings = functionSettings();
  const embedder = settings.SRAG_EMBEDDER;
  const { topK: answerTopK, rewrite, ...answer } = settings.SRAG_ANSWER;
  let generator: Promise<Generator> | undefined;
  return new RagService({
    engine,
    embedderOf: async (collection) => {
      const isChosen = embedder !== undefined;
      const given = settings.SRAG_EMBEDDER_SETTINGS;
      return embedderOf(collection, {
        embedder: embedder ?? 'none',
        // A configured embedder has all its settings here, so that a cold start need not read stored ones.
        embedderSettings: isChosen ? given : { ...(await engine.embedderSettings(collection)), ...given },
        isChosen,
      });
    },
    reranker: () => createReranker(settings.SRAG_RERANKER, settings.SRAG_RERANKER_SETTINGS),
    generator: () => {
      generator ??= createGenerator(settings.SRAG_GENERATOR, settings.SRAG_GENERATOR_SETTINGS);
      return generator;
    },
    defaults: {
      ...servedBy(settings),
      index: settings.SRAG_INDEX,
      mode: settings.SRAG_MODE,
      answerTopK,
      rewrite,
      answer,
    },
    ...(await platformParts(settings)),
  });
}
