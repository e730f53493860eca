import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SragError } from '../../../src/core/index.ts';
import type {
  GenerationEvent,
  GenerationRequest,
  Generator,
  Passage,
} from '../../../src/models/generators/index.ts';

/** What a generator's own file gives the suite. */
export interface GeneratorFixture {
  readonly generator: Generator;
  /** Called before each test; a fixture with a server forgets faults here. */
  readonly reset: () => void;
  /** Makes the next answer stop after its first token without ending; nothing where no service is behind. */
  readonly stall: () => void;
  /** Waits until everything that a stopped answer had opened is closed; rejects or hangs otherwise. */
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
    .map((event) => (event.kind === 'token' ? event.text : ''))
    .join('');

/** The code of the `SragError` that `run` fails with. */
export async function failureOf(run: Promise<unknown>): Promise<SragError> {
  const error = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(SragError);
  return error as SragError;
}

/** What every generator keeps to. */
export function generatorConformance(name: string, start: () => Promise<GeneratorFixture>): void {
  describe(`generator ${name}`, () => {
    let fixture: GeneratorFixture;
    beforeAll(async () => {
      fixture = await start();
    });
    beforeEach(() => fixture.reset());
    afterAll(() => fixture.stop());

    it('says its name first in its id', () => {
      expect(fixture.generator.id.split(':')[0]).toBe(name);
    });

    it('gives tokens and then exactly one end', async () => {
      const events = await collect(fixture.generator, request());
      expect(events.length).toBeGreaterThan(1);
      expect(events.slice(0, -1).every((event) => event.kind === 'token' && event.text !== '')).toBe(true);
      expect(events.at(-1)).toMatchObject({ kind: 'end', stopReason: 'complete', notFound: false });
    });

    it('cites only passages that it was given', async () => {
      const answer = answerOf(await collect(fixture.generator, request()));
      const cited = [...answer.matchAll(/\[(\d+)\]/g)].map((match) => Number(match[1]));
      expect(cited.length).toBeGreaterThan(0);
      expect(cited.every((marker) => marker === 1 || marker === 2)).toBe(true);
    });

    it('answers that nothing was found where there are no passages', async () => {
      const events = await collect(fixture.generator, request({ passages: [] }));
      expect(answerOf(events)).toBe('The documents do not answer this question.');
      expect(events.at(-1)).toMatchObject({ kind: 'end', notFound: true });
    });

    it('fails with CANCELLED when it is aborted before it starts', async () => {
      const error = await failureOf(collect(fixture.generator, request({ signal: AbortSignal.abort() })));
      expect(error.code).toBe('CANCELLED');
    });

    it('fails with CANCELLED when it is aborted after the first token, and leaves nothing open', async () => {
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

    it('leaves nothing open when the reader stops early', async () => {
      fixture.stall();
      for await (const event of fixture.generator.generate(request())) {
        expect(event.kind).toBe('token');
        break;
      }
      await fixture.settled();
    });

    it('answers again after an answer was stopped', async () => {
      expect((await collect(fixture.generator, request())).at(-1)?.kind).toBe('end');
    });
  });
}
