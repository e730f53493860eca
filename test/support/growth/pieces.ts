/** Splits a text into pieces of a chunk's size. */
export const pieces = (text: string): string[] => text.match(/.{1,1500}/gs) ?? [];
