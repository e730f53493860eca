/** A streaming handler; the event contains what it streams. */
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

const PRELUDE = {
  statusCode: 200,
  headers: { 'content-type': 'text/plain', 'x-made-by': 'stream' },
  cookies: ['a=1', 'b=2'],
};

export const handler = globalThis.awslambda.streamifyResponse(async (event, stream) => {
  const {
    act,
    chunks = 3,
    everyMs = 0,
    size = 10,
  } = event.body === undefined ? event : JSON.parse(event.body ?? '{}');
  if (act === 'throw-first') throw new Error('before the first byte');
  const out = act === 'bare' ? stream : globalThis.awslambda.HttpResponseStream.from(stream, PRELUDE);
  let most = 0;
  for (let number = 0; number < chunks; number++) {
    if (!out.write(`${number}:`.padEnd(size, '.'))) await once(out, 'drain');
    most = Math.max(most, number);
    if (everyMs > 0) await delay(everyMs);
    if (act === 'tell') console.log(`written ${number + 1}`);
  }
  if (act === 'throw') throw new RangeError('midway');
  if (act === 'hang') await delay(60_000);
  out.end();
});
