import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SragError } from '../../../src/core/index.ts';
import type {
  GenerationEvent,
  GenerationRequest,
  Generator,
  Passage,
} from '../../../src/models/generators/index.ts';

/** A generator under test, provided by its test file. */
export interface GeneratorFixture {
  readonly generator: Generator;
  /** Called before each test; fixtures with a server clear injected faults. */
  readonly reset: () => void;
  /** Makes the next answer hang after its first token; does nothing for generators without a service. */
  readonly stall: () => void;
  /** Resolves when all resources of a cancelled answer are closed; otherwise rejects or hangs. */
  readonly settled: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

const passage = (marker: number, text: string): Passage => ({
  marker,
  chunkId: `c${marker}`,
  documentId: `d${marker}`,
  title: 'Ports',
  text,
  headingPath: ['Network'],
  score: 1 / marker,
});

export const request = (overrides: Partial<GenerationRequest> = {}): GenerationRequest => ({
  question: 'Which port does the server listen on?',
  passages: [
    passage(1, 'The server listens on port 8080. It can be changed with the option --port.'),
    passage(2, 'The cache holds a thousand entries. Older entries leave first.'),
  ],
  maxOutputTokens: 200,
  ...overrides,
});

export async function collect(generator: Generator, asked: GenerationRequest): Promise<GenerationEvent[]> {
  const events: GenerationEvent[] = [];
  for await (const event of generator.generate(asked)) events.push(event);
  return events;
}

export const answerOf = (events: readonly GenerationEvent[]): string =>
  events
    .slice(events.findLastIndex(({ kind }) => kind === 'discard') + 1)
    .map((event) => {
      if (event.kind === 'quotation') return `${event.text} [${event.marker}]`;
      return event.kind === 'token' ? event.text : '';
    })
    .join('');

/** Whether an event adds text to the answer. */
const addsText = (event: GenerationEvent): boolean =>
  (event.kind === 'token' || event.kind === 'quotation') && event.text !== '';

/** Returns the `SragError` with which `run` fails. */
export async function failureOf(run: Promise<unknown>): Promise<SragError> {
  const error = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(SragError);
  return error as SragError;
}

/** The contract of every generator. */
export function generatorConformance(name: string, start: () => Promise<GeneratorFixture>): void {
  describe(`generator ${name}`, () => {
    let fixture: GeneratorFixture;
    beforeAll(async () => {
      fixture = await start();
    });
    beforeEach(() => fixture.reset());
    afterAll(() => fixture.stop());

    it('has an id that starts with its name', () => {
      expect(fixture.generator.id.split(':')[0]).toBe(name);
    });

    it('emits tokens or quotations and then exactly one end event', async () => {
      const events = await collect(fixture.generator, request());
      expect(events.length).toBeGreaterThan(1);
      expect(events.slice(0, -1).every(addsText)).toBe(true);
      expect(events.at(-1)).toMatchObject({ kind: 'end', stopReason: 'complete', notFound: false });
    });

    it('cites only given passages', async () => {
      const answer = answerOf(await collect(fixture.generator, request()));
      const cited = [...answer.matchAll(/\[(\d+)\]/g)].map((match) => Number(match[1]));
      expect(cited.length).toBeGreaterThan(0);
      expect(cited.every((marker) => marker === 1 || marker === 2)).toBe(true);
    });

    it('quotes text from the range of the passage that it cites', async () => {
      const asked = request();
      for (const event of await collect(fixture.generator, asked)) {
        if (event.kind !== 'quotation') continue;
        const source = asked.passages.find(({ marker }) => marker === event.marker)!.text;
        expect(source.slice(event.start, event.end)).toBe(event.text);
      }
    });

    it('answers that nothing was found if there are no passages', async () => {
      const events = await collect(fixture.generator, request({ passages: [] }));
      expect(answerOf(events)).toBe('The documents do not answer this question.');
      expect(events.at(-1)).toMatchObject({ kind: 'end', notFound: true });
    });

    it('fails with CANCELLED if it is aborted before it starts', async () => {
      const error = await failureOf(collect(fixture.generator, request({ signal: AbortSignal.abort() })));
      expect(error.code).toBe('CANCELLED');
    });

    it('fails with CANCELLED if it is aborted after the first token, and closes all resources', async () => {
      fixture.stall();
      const controller = new AbortController();
      const events: GenerationEvent[] = [];
      const run = async () => {
        for await (const event of fixture.generator.generate(request({ signal: controller.signal }))) {
          events.push(event);
          controller.abort();
        }
      };
      expect((await failureOf(run())).code).toBe('CANCELLED');
      expect(events).toHaveLength(1);
      await fixture.settled();
    });

    it('closes all resources if the reader stops early', async () => {
      fixture.stall();
      for await (const event of fixture.generator.generate(request())) {
        expect(addsText(event)).toBe(true);
        break;
      }
      await fixture.settled();
    });

    it('completes an answer after an earlier one was cancelled', async () => {
      expect((await collect(fixture.generator, request())).at(-1)?.kind).toBe('end');
    });
  });
}
