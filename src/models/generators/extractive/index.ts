import { z } from 'zod';
import { throwIfAborted } from '../../../core/index.ts';
import { parseSettings } from '../../../io/settings/index.ts';
import { checkRequest, notFoundEvents } from '../model-answer.ts';
import type { GenerationEvent, GenerationRequest, Generator } from '../port.ts';
import { extractAnswer } from './extract.ts';

/** The extractive generator has no settings. */
export const settingsSchema = z.strictObject({});

/** Answers with the parts of the passages that most likely contain the answer; needs no model. */
class ExtractiveGenerator implements Generator {
  readonly id = 'extractive';

  async *generate(request: GenerationRequest): AsyncIterable<GenerationEvent> {
    checkRequest(request);
    const { quotations, confidence, isCut } = await extractAnswer(request);
    if (quotations.length === 0) {
      yield* notFoundEvents(confidence);
      return;
    }
    for (const [index, quotation] of quotations.entries()) {
      throwIfAborted(request.signal);
      if (index > 0) yield { kind: 'token', text: '\n\n' };
      yield { kind: 'quotation', ...quotation };
    }
    throwIfAborted(request.signal);
    yield {
      kind: 'end',
      stopReason: isCut ? 'length' : 'complete',
      notFound: false,
      confidence,
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
