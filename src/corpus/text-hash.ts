import { hash } from 'node:crypto';

/** Hashes a searched text to 32 hexadecimal digits: equal texts have equal vectors, so they are embedded once. */
export const textHash = (searchedText: string): string => hash('sha256', searchedText).slice(0, 32);
