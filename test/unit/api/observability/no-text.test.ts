import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Observer, type RequestRecord } from '../../../../src/api/observability/index.ts';
import { SragError } from '../../../../src/core/index.ts';
import { captured } from './captured.ts';

/** Texts to put around the canary: a marker for user text, which must not appear in a log or EMF line. */
const WORDS = [
  'Who inherits the Kowalski estate',
  '환자 김철수의 진단명',
  'q',
  'Mr Canary was fired',
] as const;
const CANARY = 'CANARY';

/** Questions and passages that contain the canary. */
const TEXTS = WORDS.map((words) => `${words} ${CANARY} ${words}?`);
/** Values that contain the canary, but resemble values that may be logged. */
const DISGUISED = [
  `x\n    at ${CANARY} (file:///app/a.js:1:2)`,
  `Root=${CANARY} text`,
  `Root=1-67891233-abcdef012345678912345678 ${CANARY}`,
  `POST /retrieve ${CANARY} a b`,
  `{"_aws":"${CANARY} x"}`,
];

/** Returns records that contain the given text in every field that could contain user text. */
function records(text: string): RequestRecord[] {
  const base: RequestRecord = {
    function: 'retrieve',
    requestId: 'r-1',
    status: 500,
    coldStart: false,
    stages: {},
    totalMs: 1,
  };
  const wrong = (value: unknown) => value as never;
  const named = new Error(text);
  named.name = text;
  const stackless = new Error('other words');
  stackless.stack = text;
  const changed = new Error('first words');
  changed.message = text;
  const errors: unknown[] = [
    new Error(text),
    new SragError('INVALID_ARGUMENT', text, { remedy: text, fields: { field: text, [text]: text } }),
    new SragError('INTERNAL', text, { cause: new Error(text, { cause: text }) }),
    Object.assign(new Error(text), { code: text, details: text, [text]: text }),
    named,
    stackless,
    changed,
    text,
    { message: text, name: text, code: text },
    null,
    new AggregateError([new Error(text)], text),
  ];
  return [
    { ...base, text: { question: text, answer: text } },
    { ...base, function: text },
    { ...base, requestId: text },
    { ...base, traceHeader: text },
    { ...base, route: text },
    { ...base, index: { kind: text, version: text } },
    { ...base, mode: wrong(text) },
    { ...base, status: wrong(text) },
    { ...base, totalMs: wrong(text), initMs: wrong(text), hits: wrong(text), cached: wrong(text) },
    { ...base, coldStart: wrong(text) },
    { ...base, stages: wrong({ searchMs: text, [text]: text }) },
    { ...base, storage: wrong({ reads: text, bytes: text, waves: text, cacheHits: text }) },
    { ...base, tokens: wrong({ embedding: text, input: text, output: text }) },
    {
      ...base,
      cost: wrong({
        totalUsd: 1,
        priceTable: text,
        unpriced: [text],
        lines: [{ name: text, unit: text, quantity: 1, unitPriceUsd: 1, usd: 1 }],
      }),
    },
    { ...base, [text]: text } as RequestRecord,
    ...errors.map((error) => ({ ...base, error })),
  ];
}

describe('log and EMF lines of a request', () => {
  it.each([...TEXTS, ...DISGUISED])(
    'do not contain %j, whichever field of the record contains it',
    async (text) => {
      for (const metrics of ['all', 'essential', 'none'] as const) {
        const observer = new Observer({ service: 's', logText: false, metrics });
        for (const record of records(text)) {
          const { lines, errors } = await captured(() => observer.recordRequest(record));
          const all = lines.join('\n') + errors;
          expect(all).not.toContain(CANARY);
          for (const word of ['Kowalski', '김철수', 'fired']) expect(all).not.toContain(word);
          expect(lines.length).toBeGreaterThan(0);
        }
      }
    },
  );

  it('contain no part of a text that has a space', async () => {
    const observer = new Observer({ service: 's', logText: false });
    await observer.prepare();
    const text = fc
      .tuple(fc.string(), fc.string())
      .map(([before, after]) => `${before}${CANARY} ${CANARY}${after}`);
    await fc.assert(
      fc.asyncProperty(text, async (words) => {
        const { lines } = await captured(() => {
          for (const record of records(words)) observer.recordRequest(record);
        });
        expect(lines.join('\n')).not.toContain(CANARY);
      }),
    );
  });

  it('contain the canary if text logging is enabled, which proves that the tests above can fail', async () => {
    const observer = new Observer({ service: 's', logText: true });
    const [withText] = records(TEXTS[0]!);
    const { lines } = await captured(() => observer.recordRequest(withText!));
    expect(lines.join('\n')).toContain(CANARY);
  });
});

describe('logged user text', () => {
  it('contains no terminal escape sequences', async () => {
    const [record] = records('Q\u001b[2J\u009b2J\u202e\u007f');
    const observer = new Observer({ service: 'srag', logText: true });
    const { lines } = await captured(() => observer.recordRequest(record!));
    const line = lines.find((text) => text.includes('"question"'))!;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the test searches for control characters.
    expect(line).not.toMatch(/[\0-\x1f\x7f-\x9f\u202e]/);
    expect(JSON.parse(line)).toMatchObject({ question: 'Q␛[2J�2J␡' });
  });
});
