import { type Random, seededRandom } from '../../src/measure/index.ts';

const TEXT_BYTES = 200;
const TITLE_WORDS = 3;
const QUERY_WORDS = 6;
const SYLLABLES =
  'ba be bi bo da de di do ka ke ki ko la le li lo ma me mi mo na ne ni no ra re ri ro sa se si so'.split(
    ' ',
  );
const COMMON_WORDS = 2_000;
const TOPIC_WORDS = 60;
const CATEGORIES = 40;
const FIRST_YEAR = 2005;
const YEARS = 20;
/** Separates the random streams of texts from those of vectors. */
const TEXT_SEED_OFFSET = 0x7e87;

export const corpusId = (row: number): string => `d${String(row).padStart(8, '0')}`;
export const queryId = (row: number): string => `q${String(row).padStart(6, '0')}`;

/**
 * Returns one line of corpus.jsonl per element of `topics`, numbered from `firstRow`. The texts have 200
 * bytes; half of their words belong to the topic.
 */
export function corpusLines(topics: Uint16Array, firstRow: number, seed: number): string {
  const random = seededRandom(seed + TEXT_SEED_OFFSET + firstRow * 2 ** 16);
  let lines = '';
  topics.forEach((topic, index) => {
    const metadata = { categories: `c${topic % CATEGORIES}`, created: day(random) };
    const title = sentence(topic, random, (words) => words === TITLE_WORDS);
    const text = sentence(topic, random, (_, characters) => characters >= TEXT_BYTES).slice(0, TEXT_BYTES);
    lines += `${JSON.stringify({ _id: corpusId(firstRow + index), title, text: text.trimEnd(), metadata })}\n`;
  });
  return lines;
}

export function queryLines(topics: Uint16Array, seed: number): string {
  const random = seededRandom(seed + TEXT_SEED_OFFSET - 1);
  return [...topics]
    .map((topic, row) => {
      const text = sentence(topic, random, (words) => words === QUERY_WORDS);
      return `${JSON.stringify({ _id: queryId(row), text })}\n`;
    })
    .join('');
}

/** A sequence of words of a topic, which ends as soon as `isEnough` returns true. */
function sentence(
  topic: number,
  random: Random,
  isEnough: (words: number, characters: number) => boolean,
): string {
  let text = '';
  for (let words = 0; !isEnough(words, text.length - 1); words++) {
    const isCommon = random() < 0.5;
    const size = isCommon ? COMMON_WORDS : TOPIC_WORDS;
    // Words with low numbers are more frequent, as in real text.
    const picked = Math.floor(size * random() ** 3);
    text += ` ${word(isCommon ? picked : COMMON_WORDS + topic * TOPIC_WORDS + picked)}`;
  }
  return text.slice(1);
}

/** A unique word of two to four syllables for each number. */
function word(number: number): string {
  let [text, rest] = [SYLLABLES[number % SYLLABLES.length]!, Math.floor(number / SYLLABLES.length)];
  do {
    text += SYLLABLES[rest % SYLLABLES.length]!;
    rest = Math.floor(rest / SYLLABLES.length);
  } while (rest > 0);
  return text;
}

function day(random: Random): string {
  const pad = (value: number): string => String(value).padStart(2, '0');
  const year = FIRST_YEAR + Math.floor(random() * YEARS);
  return `${year}-${pad(1 + Math.floor(random() * 12))}-${pad(1 + Math.floor(random() * 28))}`;
}
