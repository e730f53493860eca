import type { StreamEvent } from './port.ts';

/** What frames the last event, whose data is the reply. */
export const DONE_FRAME_BYTES = 'event: done\ndata: \n\n'.length;

/** An event's bytes as server-sent events frame it. */
export const eventBytes = ({ event, data }: StreamEvent): number =>
  'event: \ndata: \n\n'.length + event.length + Buffer.byteLength(JSON.stringify(data));
