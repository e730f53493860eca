import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { seededRandom } from '../../src/core/index.ts';

const run = promisify(execFile);
const CLI = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');
const WORDS =
  'river stone bridge winter harvest market engine signal copper garden letter island shadow mirror'.split(
    ' ',
  );

const wordsOf = (seed: number, count: number): string => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => WORDS[Math.floor(random() * WORDS.length)]).join(' ');
};

/** A question for the small location; equal numbers return equal questions. */
export const questionOf = (number: number): string => `${wordsOf(number, 3)}?`;

/** Creates a location with a published snapshot index of this many small documents; returns its folder. */
export async function smallLocation(folder: string, documents: number): Promise<string> {
  const location = join(folder, 'location');
  const sources = join(folder, 'sources');
  await mkdir(sources, { recursive: true });
  for (let number = 0; number < documents; number++)
    await writeFile(
      join(sources, `${number}.md`),
      `# Page ${number}\n\n${wordsOf(1_000_000 + number, 40)}.\n`,
    );
  const srag = (...words: string[]) =>
    run(process.execPath, ['--no-warnings', CLI, ...words, '--location', location, '--json'], {
      cwd: folder,
    });
  await srag('ingest', sources);
  await srag('index', 'build', 'snapshot');
  return location;
}
