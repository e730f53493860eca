import { hash } from 'node:crypto';

/** Names a searched text: equal texts have equal vectors, so they are embedded once. 32 hexadecimal digits. */
export const textHash = (searchedText: string): string => hash('sha256', searchedText).slice(0, 32);
