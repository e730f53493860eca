import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseServerSentEvents, type ServerSentEvent } from '../../../../src/io/remote/index.ts';

async function parse(parts: readonly Uint8Array[], lastMayBeUnended = false): Promise<ServerSentEvent[]> {
  const events: ServerSentEvent[] = [];
  const stream = (async function* () {
    yield* parts;
  })();
  for await (const event of parseServerSentEvents(stream, { lastMayBeUnended })) events.push(event);
  return events;
}

const bytes = (text: string) => new TextEncoder().encode(text);
const data = (text: string) => ({ event: 'message', data: text });

describe('server-sent events', () => {
  it('joins data lines and skips comments, ids and unknown fields', async () => {
    const events = await parse([bytes(': hello\nid: 1\nretry: 5\nfoo: x\ndata: one\ndata:two\n\n')]);
    expect(events).toEqual([data('one\ntwo')]);
  });

  it('applies an event field to one event only', async () => {
    const events = await parse([bytes('event: done\ndata: 1\n\ndata: 2\n\n')]);
    expect(events).toEqual([{ event: 'done', data: '1' }, data('2')]);
  });

  it('drops an event without data and an event without a blank line after it', async () => {
    expect(await parse([bytes('event: x\n\ndata: cut')])).toEqual([]);
    expect(await parse([bytes('data: cut\n')])).toEqual([]);
    expect(await parse([bytes('data: cut\r')])).toEqual([]);
    expect(await parse([bytes('data: whole\r\r')])).toEqual([data('whole')]);
  });

  it('yields the last event even without a blank line or line end after it, if that is allowed', async () => {
    for (const end of ['', '\n', '\r', '\r\n', '\n\n'])
      expect(await parse([bytes(`data: a\n\ndata: whole${end}`)], true)).toEqual([data('a'), data('whole')]);
    expect(await parse([bytes('data: a\ndata: b')], true)).toEqual([data('a\nb')]);
    expect(await parse([bytes(': comment')], true)).toEqual([]);
  });

  it('drops a byte order mark at the start', async () => {
    expect(await parse([new Uint8Array([0xef, 0xbb, 0xbf]), bytes('data: x\n\n')])).toEqual([data('x')]);
  });

  it('parses the same events however the bytes are split, with any line end', async () => {
    const line = fc.string({ unit: fc.constantFrom('a', '한', '\u{1f600}', ' ', ':', '{') });
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 5 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.array(fc.nat(60), { maxLength: 20 }),
        async (lines, end, cuts) => {
          const whole = bytes(lines.map((text) => `data: ${text}${end}${end}`).join(''));
          const parts: Uint8Array[] = [];
          let start = 0;
          for (const cut of cuts) {
            parts.push(whole.subarray(start, start + cut));
            start += cut;
          }
          parts.push(whole.subarray(Math.min(start, whole.length)));
          expect(await parse(parts)).toEqual(lines.map(data));
        },
      ),
    );
  });

  it('rejects an event that never ends', async () => {
    await expect(parse([bytes(`data: ${'x'.repeat(5_000_000)}`)])).rejects.toThrow(RangeError);
  });
});
