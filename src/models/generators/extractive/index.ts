import { z } from 'zod';
import { throwIfAborted } from '../../../core/index.ts';
import { parseSettings } from '../../../io/settings/index.ts';
import { checkRequest, notFoundEvents } from '../model-answer.ts';
import type { GenerationEvent, GenerationRequest, Generator } from '../port.ts';
import { extractAnswer } from './extract.ts';

/** The extractive generator has no settings. */
export const settingsSchema = z.strictObject({});

/** Answers with the one to three sentences of the passages that most likely contain the answer; needs no model. */
class ExtractiveGenerator implements Generator {
  readonly id = 'extractive';

  async *generate(request: GenerationRequest): AsyncIterable<GenerationEvent> {
    checkRequest(request);
    const { statements, cut } = await extractAnswer(request);
    if (statements.length === 0) {
      yield* notFoundEvents();
      return;
    }
    let separator = '';
    for (const { text, marker } of statements) {
      throwIfAborted(request.signal);
      yield { kind: 'token', text: `${separator}${text} [${marker}]` };
      separator = ' ';
    }
    throwIfAborted(request.signal);
    yield {
      kind: 'end',
      stopReason: cut ? 'length' : 'complete',
      notFound: false,
      // No model is involved, so nothing is billed.
      usage: { inputTokens: 0, outputTokens: 0, estimated: false },
    };
  }
}

/** Creates the extractive generator. @throws UNKNOWN_CONFIG_KEY for any setting. */
export function create(settings: unknown = {}): Generator {
  parseSettings(settingsSchema, settings, "generator 'extractive'");
  return new ExtractiveGenerator();
}
