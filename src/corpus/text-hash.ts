import { hash } from 'node:crypto';

/**
 * Hashes a chunk's searched text to 32 hexadecimal digits. Texts with equal hashes are embedded only once.
 */
export const textHash = (searchedText: string): string => hash('sha256', searchedText).slice(0, 32);
