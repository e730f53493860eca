// Opens the published index with the library of a checkout; measures the time from process start to the first
// answer, then the times of warm queries.
//   node searcher.mjs LIBRARY LOCATION
import { pathToFileURL } from 'node:url';

const [library, location] = process.argv.slice(2);
const QUERIES = 200;
const WORDS = 'quantum graph neural stellar lattice prior kernel entropy photon cluster bound spin'.split(
  ' ',
);
const questionOf = (number) =>
  [0, 1, 2].map((place) => WORDS[(number * 7 + place * 5 + (number >> 3)) % WORDS.length]).join(' ');

const { fileStorage, openSearcher } = await import(pathToFileURL(library).href);
const searcher = await openSearcher({ storage: fileStorage(location) });
await searcher.search({ text: questionOf(0), topK: 10 });
const firstMs = performance.now();
const times = [];
for (let number = 0; number < QUERIES; number++) {
  const startedMs = performance.now();
  await searcher.search({ text: questionOf(number), topK: 10 });
  times.push(performance.now() - startedMs);
}
times.sort((left, right) => left - right);
console.log(JSON.stringify({ firstMs, warmMs: times[QUERIES / 2] }));
await searcher.close();
