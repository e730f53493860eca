import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { seeded } from './seeded.ts';

const WORDS = (
  'storage index vector search query document chunk bucket region token latency cold start reads waves memory ' +
  '색인 문서 검색 질문 답변 저장소 벡터 조각 인용 지연'
).split(' ');

/**
 * Writes `files` Markdown files and one JSONL file to `folder`; equal seeds write equal files. In `edition`
 * 2, every fifth file has a different text, every seventh is missing, and some are new.
 */
export async function writeSampleFolder(
  folder: string,
  files: number,
  seed: number,
  edition: 1 | 2 = 1,
): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  const names = Array.from({ length: files + (edition === 2 ? 5 : 0) }, (_, index) => index);
  for (const index of names) {
    if (edition === 2 && index % 7 === 3) continue;
    const random = seeded(seed * 10_000 + index + (edition === 2 && index % 5 === 0 ? 5_000 : 0));
    const path = join(folder, `part-${index % 4}`, `page-${index}.md`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, page(index, random));
  }
  const random = seeded(seed + edition);
  const records = Array.from({ length: files }, (_, index) =>
    JSON.stringify({
      _id: `record-${index}`,
      title: words(random, 3),
      text: words(random, 60),
      metadata: { year: 2000 + index },
    }),
  );
  await writeFile(join(folder, 'records.jsonl'), `${records.join('\n')}\n`);
}

const words = (random: () => number, count: number): string =>
  Array.from({ length: count }, () => WORDS[Math.floor(random() * WORDS.length)]).join(' ');

function page(index: number, random: () => number): string {
  const sections = Array.from({ length: 2 + Math.floor(random() * 4) }, (_, section) => {
    const sentences = Array.from({ length: 12 }, () => `${words(random, 12)}.`);
    return `## Section ${section}\n\n${sentences.join(' ')}\n`;
  });
  return `---\ntitle: Page ${index}\nyear: ${1990 + (index % 30)}\n---\n\n# Page ${index}\n\n${sections.join('\n')}`;
}
