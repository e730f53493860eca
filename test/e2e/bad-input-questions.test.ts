import { beforeAll, describe, expect, it } from 'vitest';
import type { CliProject } from '../support/cli.ts';
import { expectRefusal, openFilledProject, type Refusal } from '../support/refusal.ts';

const filter = (value: unknown): string[] => ['search', 'leave', '--filter', JSON.stringify(value)];
const topK = (value: string): string[] => ['search', 'leave', `--top-k=${value}`];

const REFUSALS: readonly Refusal[] = [
  [
    'an empty question',
    ['search', ''],
    2,
    'INVALID_ARGUMENT',
    /question is "": it is empty/,
    /Ask a question/,
  ],
  [
    'a question of only control characters',
    ['ask', '\u0001\u001b\u0007'],
    2,
    'INVALID_ARGUMENT',
    /it is empty/,
    /Ask a question/,
  ],
  [
    'a very long question',
    ['search', 'word '.repeat(4_000)],
    2,
    'INVALID_ARGUMENT',
    /19999 characters; at most 10000/,
    /Shorten/,
  ],
  ['topK 0', topK('0'), 2, 'INVALID_ARGUMENT', /topK is 0: .* 1 to 1000/, /./],
  ['a negative topK', topK('-3'), 2, 'INVALID_ARGUMENT', /topK is -3/, /./],
  ['a fractional topK', topK('2.5'), 2, 'INVALID_ARGUMENT', /topK is 2\.5: it must be a whole number/, /./],
  ['topK over the maximum', topK('1001'), 2, 'INVALID_ARGUMENT', /topK is 1001/, /./],
  ['topK that is no number', topK('ten'), 2, 'INVALID_ARGUMENT', /'ten' is invalid/, /./],
  [
    'a wrong number of neighbours',
    ['search', 'x', '--neighbours', '99'],
    2,
    'INVALID_ARGUMENT',
    /neighbours is 99/,
    /./,
  ],
  [
    'a wrong weight',
    ['search', 'x', '--vector-weight', '2'],
    2,
    'INVALID_ARGUMENT',
    /vectorWeight is 2/,
    /./,
  ],
  [
    'a filter that is not JSON',
    ['search', 'x', '--filter', 'year>2024'],
    2,
    'INVALID_ARGUMENT',
    /--filter 'year>2024'/,
    /single quotes/,
  ],
  [
    'a filter with an unknown operator',
    filter({ field: 'year', op: 'like', value: 1 }),
    2,
    'INVALID_FILTER',
    /filter\.op: it is 'like'; known: eq/,
    /"op": "gte"/,
  ],
  [
    'a filter on an unknown field',
    filter({ not: { field: 'yaer', op: 'eq', value: 1 } }),
    2,
    'UNKNOWN_FIELD',
    /'yaer'.*year, team/,
    /mean 'year'/,
  ],
  [
    'a filter with a value of the wrong type',
    filter({ or: [{ field: 'year', op: 'eq', value: '2024' }] }),
    2,
    'INVALID_FILTER',
    /filter\.or\[0\]\.value: it is '2024'; the field has type number/,
    /./,
  ],
  ['a malformed filter', filter({ year: 2024 }), 2, 'INVALID_FILTER', /keys are year/, /"field": "year"/],
  [
    'a location with a file in the way',
    ['ingest', 'docs', '--location', 'in-the-way/below'],
    1,
    'LOCATION_NOT_WRITABLE',
    /in-the-way\/below \(ENOTDIR\)/,
    /Choose a folder/,
  ],
  [
    'a location in a folder that takes no folders',
    ['ingest', 'docs', '--location', '/proc/nothing/below'],
    1,
    'LOCATION_NOT_WRITABLE',
    /\/proc\/nothing\/below \(ENOENT\)/,
    /Choose a folder/,
  ],
  [
    'an invalid location',
    ['ingest', 'docs', '--location', 'ftp://host'],
    2,
    'INVALID_ARGUMENT',
    /'ftp:\/\/host'/,
    /s3:\/\/bucket/,
  ],
  [
    'an invalid bucket name',
    ['ingest', 'docs', '--location', 's3://My_Bucket'],
    2,
    'INVALID_ARGUMENT',
    /'My_Bucket'/,
    /lower-case/,
  ],
  [
    'S3 without credentials',
    ['ingest', 'docs', '--location', 's3://some-bucket/a'],
    1,
    'CREDENTIALS_MISSING',
    /s3:\/\/some-bucket\/a/,
    /AWS_ACCESS_KEY_ID/,
    {
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_REGION: 'us-east-1',
    },
  ],
  [
    'S3 that nobody answers for',
    ['ingest', 'docs', '--location', 's3://some-bucket/a'],
    1,
    'STORAGE_UNAVAILABLE',
    /after 4 attempts.*ECONNREFUSED/,
    /run the same command again/,
    {
      AWS_ACCESS_KEY_ID: 'key',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9',
    },
  ],
  ['a dataset that is not there', ['eval', 'nowhere'], 1, 'PATH_NOT_FOUND', /nowhere/, /BEIR/],
  ['an unknown document', ['show', 'docs/none.md'], 2, 'UNKNOWN_DOCUMENT', /'docs\/none\.md'/, /srag search/],
];

describe('command lines that srag refuses with a remedy', () => {
  let project: CliProject;
  beforeAll(async () => {
    project = await openFilledProject();
    return () => project.remove();
  });

  for (const refusal of REFUSALS) it(refusal[0], () => expectRefusal(project, refusal));

  it('do not include a question with control characters, which srag removes, or a topK above the number of rows', async () => {
    const plain = await project.json(['search', 'annual leave', '--top-k', '1000', '--mode', 'vector']);
    const dirty = await project.json([
      'search',
      'annual\u0007 leave\u001b',
      '--top-k',
      '1000',
      '--mode',
      'vector',
    ]);
    expect(plain.hits).toHaveLength((await project.json(['collection', 'list'])).collections[0].chunks);
    expect(dirty.hits.map(({ id }: { id: string }) => id)).toEqual(
      plain.hits.map(({ id }: { id: string }) => id),
    );
  });
});
