import type { FuzzRequest } from './requests.ts';

/** Units that are repeated in hostile texts. */
const RUNS = [
  "'",
  '"',
  ' ',
  '\n',
  '\u0301',
  '\u0301\u0316',
  '[1]',
  '<',
  '#',
  '#\n',
  'a\n-\n',
  '> ',
  '- ',
  '| a |\n',
  '. ',
  'A. b',
  '`',
  '\ufdfa',
  'a\u200d',
  '연차',
] as const;

const JSON_TYPE = { 'content-type': 'application/json' };
const posted = (path: string, body: unknown): FuzzRequest => ({
  method: 'POST',
  path,
  headers: JSON_TYPE,
  body: JSON.stringify(body),
});
const filled = (run: string, length: number): string =>
  run.repeat(Math.ceil(length / run.length)).slice(0, length);
const bytesOf = (text: string): number => Buffer.byteLength(JSON.stringify(text));

/** Repeats a unit until its JSON has at most this number of bytes. */
const within = (run: string, bytes: number): string => {
  const repeats = Math.floor(bytes / (bytesOf(run) - 2));
  return run.repeat(Math.max(1, repeats));
};

/** Requests at the limits of the API; every text is a repeated unit. */
export function growthRequests(): FuzzRequest[] {
  const texts = RUNS.flatMap((run) => {
    // Starts with a word, so that the question is not blank.
    const question = `leave ${filled(run, 9_980)}`;
    const long = filled(within(run, 95_000), 100_000);
    const chunks = (count: number, text: string, title = '') =>
      Array.from({ length: count }, (_, index) => ({ id: `c${index}`, documentId: 'd', text, title }));
    return [
      posted('/query', { question, topK: 50 }),
      posted('/query/stream', { question, topK: 50 }),
      posted('/retrieve', {
        question,
        topK: 1_000,
        filter: { field: 'team', op: 'gte', value: filled(run, 2_000) },
      }),
      posted('/generate', { question, chunks: chunks(9, long) }),
      posted('/generate', { question: 'What is leave?', chunks: chunks(1, long) }),
      posted('/generate', {
        question: 'What is leave?',
        chunks: chunks(40, 'Leave is time off.', within(run, 9_900).slice(0, 10_000)),
      }),
      posted('/generate', {
        question: 'x',
        chunks: [{ id: 'a', documentId: 'a', text: 'x', metadata: { a: within(run, 990_000) } }],
      }),
      posted('/retrieve', { question: 'x', filter: { field: within(run, 900_000), op: 'eq', value: 1 } }),
      {
        method: 'GET',
        path: `/retrieve?q=${encodeURIComponent(within(run, 4_000).slice(0, 1_700))}`,
        headers: {},
        body: '',
      },
    ];
  });
  const year = { field: 'year', op: 'eq', value: 2024 };
  const nested = Array.from({ length: 16 }).reduce<object>((filter) => ({ not: { and: [filter] } }), year);
  const values = Array.from({ length: 1_000 }, (_, index) => `t${index}`);
  const shapes = [
    { question: 'leave', topK: 1_000, filter: { or: Array(199).fill(year) } },
    { question: 'leave', filter: { or: Array(25_000).fill({ and: [] }) } },
    { question: 'leave', filter: { or: [0, 1].map(() => ({ field: 'team', op: 'in', value: values })) } },
    { question: 'leave', filter: nested },
    { vector: Array(4_096).fill(0.123_456_789), topK: 1_000, mode: 'vector' },
    { vector: Array(200_000).fill(1) },
    Object.fromEntries(Array.from({ length: 60_000 }, (_, index) => [`k${index}`, 1])),
  ].map((body) => posted('/retrieve', body));
  const metadata = Object.fromEntries(Array.from({ length: 9_900 }, (_, index) => [`k${index}`, index]));
  return [
    ...texts,
    ...shapes,
    posted('/generate', { question: 'x', chunks: [{ id: 'a', documentId: 'a', text: 'x', metadata }] }),
    { method: 'POST', path: '/query', headers: JSON_TYPE, body: '['.repeat(999_000) },
    { method: 'POST', path: '/query', headers: JSON_TYPE, body: '{"question":"x"}'.padEnd(1_000_000, ' ') },
    { method: 'GET', path: `/retrieve?${'a&'.repeat(7_000)}`, headers: {}, body: '' },
    { method: 'GET', path: '/health', headers: { accept: 'a/b;q=0,'.repeat(1_800) }, body: '' },
  ];
}
