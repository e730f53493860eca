import { isTurnOver, nextTurn } from '../../core/index.ts';

/** One server-sent event. */
export interface ServerSentEvent {
  /** Its `event` field; `message` if it has none. */
  readonly event: string;
  readonly data: string;
}

const MAX_EVENT_CHARACTERS = 4 * 1024 * 1024;

/**
 * Parses server-sent events (WHATWG HTML, 9.2.6) from bytes split anywhere: inside a line end, a field or a UTF-8
 * character. Skips comments, `id` and `retry`. A last event without a blank line is yielded only with
 * `lastMayBeUnended`. Takes linear time, however small the parts are.
 * @throws RangeError for an event of more than 4 million characters.
 */
export async function* parseServerSentEvents(
  bytes: AsyncIterable<Uint8Array>,
  { lastMayBeUnended = false } = {},
): AsyncIterable<ServerSentEvent> {
  const lines = new LineSplitter();
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
      characters += value.length + 1;
    }
    return undefined;
  };
  for await (const part of bytes) {
    for (const line of lines.add(part)) {
      if (isTurnOver()) await nextTurn();
      const complete = take(line);
      if (complete !== undefined) yield complete;
    }
    if (lines.waiting + characters > MAX_EVENT_CHARACTERS) {
      throw new RangeError(`A server-sent event has more than ${MAX_EVENT_CHARACTERS} characters.`);
    }
  }
  for (const line of [...lines.end(lastMayBeUnended), ...(lastMayBeUnended ? [''] : [])]) {
    const complete = take(line);
    if (complete !== undefined) yield complete;
  }
}

/** Splits bytes into lines that end with CR, LF or both. */
class LineSplitter {
  readonly #decoder = new TextDecoder();
  /** The incomplete line in pieces: joining them for every part would take quadratic time. */
  #pieces: string[] = [];
  #waiting = 0;
  /** A carriage return at the end of a part, which may be half of CRLF. */
  #return = '';

  /** Length of the incomplete line, in characters. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Adds a part; returns the lines that it completes. */
  add(part: Uint8Array): string[] {
    const text = this.#return + this.#decoder.decode(part, { stream: true });
    this.#return = text.endsWith('\r') ? '\r' : '';
    const lines = text.slice(0, text.length - this.#return.length).split(/\r\n|\n|\r/);
    const rest = lines.pop() ?? '';
    if (lines.length > 0) {
      lines[0] = this.#pieces.join('') + lines[0];
      this.#pieces = [];
      this.#waiting = 0;
    }
    this.#pieces.push(rest);
    this.#waiting += rest.length;
    return lines;
  }

  /** Returns the last line if it ended with a carriage return, or in any case with `isLine`. */
  end(isLine: boolean): string[] {
    return this.#return === '' && !isLine ? [] : [this.#pieces.join('')];
  }
}
