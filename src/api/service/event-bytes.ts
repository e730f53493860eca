import type { StreamEvent } from './port.ts';

/** Framing bytes of the last event, whose data is the reply. */
export const DONE_FRAME_BYTES = 'event: done\ndata: \n\n'.length;

/** Bytes of an event, framed as a server-sent event. */
export const eventBytes = ({ event, data }: StreamEvent): number =>
  'event: \ndata: \n\n'.length + event.length + Buffer.byteLength(JSON.stringify(data));
