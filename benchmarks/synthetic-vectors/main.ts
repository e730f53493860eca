/** Writes a seeded synthetic collection: `node benchmarks/synthetic-vectors/main.ts --help`. */
import { RECALL_RANGE, RESCORED } from './calibrate.ts';
import { generate } from './generate.ts';
import { HELP, readGeneratorOptions } from './options.ts';

const say = (text: string): void => void process.stderr.write(`${text}\n`);

try {
  const options = readGeneratorOptions(process.argv.slice(2));
  if (options === 'help') process.stdout.write(`${HELP}\n`);
  else {
    const startedMs = performance.now();
    const { recall, ...made } = await generate(options, say);
    const [low, high] = RECALL_RANGE;
    say(`recall@10 of 1-bit codes with the best ${RESCORED} re-scored: ${recall.toFixed(4)}`);
    if (recall < low || recall > high)
      say(`The recall is outside the range ${low} to ${high}: try --spread or --clusters.`);
    const seconds = Math.round(performance.now() - startedMs) / 1_000;
    process.stdout.write(`${JSON.stringify({ ...options, ...made, recall, seconds })}\n`);
  }
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = error instanceof RangeError || error instanceof TypeError ? 2 : 1;
}
