import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SragError } from '../../../../../src/core/index.ts';
import { create } from '../../../../../src/models/generators/extractive/index.ts';
import {
  type GenerationEvent,
  type GenerationRequest,
  NOT_FOUND_ANSWER,
  type Passage,
} from '../../../../../src/models/generators/index.ts';

const passage = (marker: number, text: string, overrides: Partial<Passage> = {}): Passage => ({
  marker,
  chunkId: `c${marker}`,
  documentId: `d${marker}`,
  title: '',
  text,
  headingPath: [],
  score: 10 - marker,
  ...overrides,
});

async function ask(
  question: string,
  passages: readonly Passage[],
  overrides: Partial<GenerationRequest> = {},
) {
  const tokens: string[] = [];
  const quotations: Extract<GenerationEvent, { kind: 'quotation' }>[] = [];
  for await (const event of create().generate({ question, passages, maxOutputTokens: 500, ...overrides })) {
    if (event.kind === 'end') return { answer: tokens.join(''), quotations, ...event };
    if (event.kind === 'token') tokens.push(event.text);
    if (event.kind === 'quotation') {
      quotations.push(event);
      tokens.push(`${event.text} [${event.marker}]`);
    }
  }
  throw new Error('the generator gave no end');
}

/** Whether a source contains all letters of a text in their order; between them may be marks of Markdown. */
function containsInOrder(source: string, text: string): boolean {
  let at = -1;
  return [...text.replace(/[^\p{L}]/gu, '')].every((letter) => {
    at = source.indexOf(letter, at + 1);
    return at !== -1;
  });
}
/** Returns the statements of an answer, each with the number of the passage that it cites. */
const statementsOf = (answer: string) =>
  [...answer.matchAll(/(.+?) \[(\d+)\](?: |$)/gs)].map((match) => ({
    text: match[1]!,
    marker: Number(match[2]),
  }));

const LIGHTHOUSE = passage(
  1,
  'The lighthouse stands on the northern cape. It was built in 1871 by the engineer Ada Merrow. Its lamp is seen from 30 km away. Visitors come in summer.',
  { title: 'Cape lighthouse' },
);
const HARBOUR = passage(
  2,
  'The harbour holds forty boats. Fishing is its main trade. The harbour office opens at eight.',
  {
    title: 'Harbour',
  },
);

describe('the extractive generator', () => {
  it('answers with a sentence of the requested type', async () => {
    const built = await ask('when was the lighthouse built', [LIGHTHOUSE, HARBOUR]);
    expect(built.answer).toContain('It was built in 1871 by the engineer Ada Merrow.');
    expect(built.notFound).toBe(false);
    expect(built.stopReason).toBe('complete');
    expect((await ask('how many boats are in the harbour', [LIGHTHOUSE, HARBOUR])).answer).toContain(
      'The harbour holds forty boats.',
    );
  });

  it('excludes code, log lines and records of names and values', async () => {
    const log = 'REPORT RequestId: d1cf0ccb Duration: 4157.16 ms Memory Size: 256 MB Max Memory Used: 99 MB';
    const passages = [
      passage(1, `${log}\n\nA function gets a memory of 128 MB to 10,240 MB.\n\n\`memory\`.`),
    ];
    const { answer } = await ask('how much memory does a function get', passages);
    expect(answer).toBe('A function gets a memory of 128 MB to 10,240 MB. [1]');
  });

  it('answers in Korean from Korean passages', async () => {
    const { answer, notFound } = await ask('등대는 언제 지어졌나요?', [
      passage(1, '등대는 북쪽 곶에 서 있다. 등대는 1871년에 지어졌다. 여름에는 관광객이 온다.', {
        title: '곶',
      }),
      passage(2, '항구에는 배가 마흔 척 있다.', { title: '항구' }),
    ]);
    expect(notFound).toBe(false);
    expect(answer).toContain('등대는 1871년에 지어졌다.');
  });

  it('starts with a definition if the question asks for one', async () => {
    const { answer } = await ask('What is a buoy?', [
      passage(
        1,
        'To move a buoy, call the office. You can paint a buoy red. A buoy is a float that marks a channel.',
      ),
    ]);
    expect(answer).toContain('A buoy is a float that marks a channel. [1]');
  });

  it('prefers a definition in a late passage to other statements in an early one', async () => {
    const about = passage(
      1,
      'Tide tables are kept at the office. Check that the tide table is the one of this year. A tide table is not sold.',
    );
    const defining = passage(
      7,
      'Two lists hang there. Tide table – the tide table gives the times of high water for each day.',
    );
    const { answer } = await ask('What is a tide table?', [about, HARBOUR, defining]);
    expect(answer).toContain('gives the times of high water for each day. [7]');
  });

  it('answers "when should I" with a condition, not with a date', async () => {
    const { answer } = await ask('When should I use the pump?', [
      passage(
        1,
        'The pump was used in 1871. The pump is red. Use the pump if the water is above the red mark.',
      ),
    ]);
    expect(answer).toContain('Use the pump if the water is above the red mark.');
    const korean = await ask('펌프는 언제 사용하나요?', [
      passage(
        1,
        '펌프는 1871년에 사용되었다. 펌프는 빨갛고 사용 설명서가 있다. 물이 표시를 넘으면 펌프를 사용하세요.',
      ),
    ]);
    expect(korean.answer).toContain('물이 표시를 넘으면 펌프를 사용하세요.');
  });

  it('does not quote headings, code or lists of links', async () => {
    const text = [
      '## Run the pump',
      '```',
      'pump run the pump now',
      '```',
      '- [Run the pump](https://example.org/run/the/pump/with/a/long/address)',
      '',
      'You run the pump with the green lever.',
    ].join('\n');
    const { answer } = await ask('How do I run the pump?', [passage(1, text)]);
    expect(answer).toBe('You run the pump with the green lever. [1]');
  });

  it('quotes a table row with the names of its columns', async () => {
    const text = [
      'The company pays what a journey costs. Receipts are needed.',
      '',
      '| item | euros |',
      '| --- | ---: |',
      '| breakfast | 12 |',
      '| parking | 25 |',
    ].join('\n');
    const { answer } = await ask('What does the company pay for parking?', [passage(1, text)]);
    expect(answer).toContain('parking, euros: 25');
  });

  it('reports not found if the passages are unrelated', async () => {
    for (const question of [
      'What is the capital of Mongolia?',
      'who won the chess tournament',
      '몽골의 수도는 어디인가요?',
      '???',
    ]) {
      const { answer, notFound } = await ask(question, [LIGHTHOUSE, HARBOUR]);
      expect([question, answer, notFound]).toEqual([question, NOT_FOUND_ANSWER, true]);
    }
    expect((await ask('how many boats', [])).notFound).toBe(true);
  });

  it('reports not found if the passages do not contain the name in the question', async () => {
    const { notFound } = await ask('When was the lighthouse of Gibraltar painted?', [LIGHTHOUSE, HARBOUR]);
    expect(notFound).toBe(true);
  });

  it('ends a single sentence that is too long after one of its clauses, with the stop reason `length`', async () => {
    const long = `The pump starts when the lever is pulled, ${'and the water rises in the pipe, '.repeat(40)}until it stops.`;
    const { answer, stopReason } = await ask('When does the pump start?', [passage(1, long)]);
    expect(stopReason).toBe('length');
    expect(answer.length).toBeLessThanOrEqual(610);
    expect(answer).toMatch(/pipe \[1\]$/);
    expect(long).toContain(answer.replace(/ \[1\]$/, ''));
  });

  it('respects the token limit', async () => {
    const { answer } = await ask('when was the lighthouse built', [LIGHTHOUSE, HARBOUR], {
      maxOutputTokens: 40,
    });
    expect(statementsOf(answer)).toHaveLength(1);
  });

  it('does not repeat similar sentences of two passages', async () => {
    const same = 'The lighthouse was built in 1871 by the engineer Ada Merrow.';
    const { answer } = await ask('who built the lighthouse', [passage(1, same), passage(2, same), HARBOUR]);
    expect(answer.split('Ada Merrow')).toHaveLength(2);
  });

  it('reports no billed tokens', async () => {
    const { usage } = await ask('when was the lighthouse built', [LIGHTHOUSE]);
    expect(usage).toEqual({ inputTokens: 0, outputTokens: 0, estimated: false });
  });

  it('quotes at most three places, each a range of the passage that it cites', async () => {
    const piece = fc.constantFrom(
      'The red pump',
      'is old',
      '. ',
      '.\n\n',
      ' and ',
      '\n',
      '- ',
      '# ',
      'pump ',
      '1871',
      ' in Paris',
      '펌프는 빨갛다. ',
      '```\n',
      '[link](http://a.b)',
      ' [3] ',
      ', ',
      '"Why?" ',
      '| a |',
      '。',
      '\u0000',
      '😀 ',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(piece, { maxLength: 25 }), { minLength: 1, maxLength: 5 }),
        fc.constantFrom('What is the red pump?', 'when was the pump made', '펌프는 왜 빨갛나요?'),
        fc.integer({ min: 1, max: 300 }),
        async (texts, question, maxOutputTokens) => {
          const passages = texts.map((parts, index) => passage(index + 1, parts.join('')));
          const { answer, quotations, notFound } = await ask(question, passages, { maxOutputTokens });
          expect(notFound).toBe(quotations.length === 0);
          if (notFound) expect(answer).toBe(NOT_FOUND_ANSWER);
          expect(quotations.length).toBeLessThanOrEqual(3);
          for (const { text, marker, start, end } of quotations) {
            const source = passages[marker - 1]!.text.slice(start, end);
            expect([source, text, containsInOrder(source, text)]).toEqual([source, text, true]);
          }
        },
      ),
    );
  });

  it('rejects all settings', () => {
    expect(() => create({ sentences: 3 })).toThrow(SragError);
  });

  it('quotes code that nothing marks as code in lines of its own', async () => {
    const text =
      'To start the red pump by a script:\n\npump = Pump(colour="red")\nif pump.full:\n    pump.start()';
    const { answer } = await ask('Which script code starts the red pump?', [passage(1, text)]);
    expect(answer).toContain('\npump = Pump(colour="red")\nif pump.full:\n    pump.start()');
  });
});
