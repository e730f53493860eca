import { createHash } from 'node:crypto';

/** Names a searched text: equal texts have equal vectors, so they are embedded once. 32 hexadecimal digits. */
export const textHash = (searchedText: string): string =>
  createHash('sha256').update(searchedText).digest('hex').slice(0, 32);
