import { createParser, type EventSourceMessage } from 'eventsource-parser';
import type { ApiContract } from './openapi.ts';

/** Parses a stream of server-sent events. */
export function sseEvents(text: string): EventSourceMessage[] {
  const events: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => events.push(event) });
  parser.feed(text);
  return events;
}

const SCHEMAS: Readonly<Record<string, string>> = {
  hits: 'StreamHits',
  token: 'StreamToken',
  done: 'StreamDone',
  error: 'Problem',
};

/** Violations in the events of an answer: wrong order, or data that does not match its schema. */
export function sseErrors(contract: ApiContract, text: string): string[] {
  const events = sseEvents(text);
  const order = events.map(({ event }) => event).join(' ');
  const errors = /^hits( token)*( done| error)$/.test(order)
    ? []
    : [`events in the order ${order.slice(0, 200)}`];
  for (const { event = '', data } of events) {
    const schema = SCHEMAS[event];
    if (schema !== undefined) errors.push(...contract.againstSchema(schema, JSON.parse(data)));
  }
  return errors;
}
