import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';

/** Ways to damage a stored file; `none` leaves it unchanged. */
export const DAMAGES = ['removed', 'emptied', 'cut', 'zeroed', 'replaced by a folder', 'flipped'] as const;
export type Damage = (typeof DAMAGES)[number];

/** Damages one file at a place selected by `random`. */
export async function damageFile(path: string, damage: Damage, random: () => number): Promise<void> {
  const bytes = await readFile(path);
  switch (damage) {
    case 'removed':
      return rm(path);
    case 'emptied':
      return writeFile(path, '');
    case 'cut':
      return writeFile(path, bytes.subarray(0, Math.floor(random() * bytes.length)));
    case 'zeroed':
      return writeFile(path, new Uint8Array(bytes.length));
    case 'replaced by a folder':
      await rm(path);
      return mkdir(path);
    case 'flipped':
      for (let flip = 0; flip < 8; flip++) {
        const bit = Math.floor(random() * 8 * bytes.length);
        bytes[bit >> 3]! ^= 1 << (bit & 7);
      }
      return writeFile(path, bytes);
  }
}
