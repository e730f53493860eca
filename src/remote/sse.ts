/** One server-sent event. */
export interface ServerSentEvent {
  /** Its `event` field; `message` where it has none. */
  readonly event: string;
  readonly data: string;
}

const MAX_EVENT_CHARACTERS = 4 * 1024 * 1024;

/**
 * Parses server-sent events (WHATWG HTML, 9.2.6) from bytes cut anywhere: inside a line end, a field or a UTF-8
 * character. Comments, `id` and `retry` are skipped. An event that no blank line ended is not given.
 * @throws RangeError for an event of more than 4 million characters.
 */
export async function* parseServerSentEvents(
  bytes: AsyncIterable<Uint8Array>,
): AsyncIterable<ServerSentEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  let event = '';
  let data: string[] = [];
  let characters = 0;
  const take = (line: string): ServerSentEvent | undefined => {
    if (line === '') {
      const complete = data.length === 0 ? undefined : { event: event || 'message', data: data.join('\n') };
      event = '';
      data = [];
      characters = 0;
      return complete;
    }
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') event = value;
    if (field === 'data') {
      data.push(value);
      characters += value.length;
    }
    return undefined;
  };
  for await (const part of bytes) {
    rest += decoder.decode(part, { stream: true });
    // A carriage return at the very end may be half of CRLF: it waits for the next part.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const complete = take(line);
      if (complete !== undefined) yield complete;
    }
    if (rest.length + characters > MAX_EVENT_CHARACTERS) {
      throw new RangeError(`A server-sent event is over ${MAX_EVENT_CHARACTERS} characters.`);
    }
  }
  rest += decoder.decode();
  const last = rest.split('\r');
  last.pop();
  for (const line of last) {
    const complete = take(line);
    if (complete !== undefined) yield complete;
  }
}
