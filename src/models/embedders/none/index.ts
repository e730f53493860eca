import { z } from 'zod';
import { parseSettings } from '../../../io/settings/index.ts';

/** `none` has no settings. */
export const settingsSchema = z.strictObject({});

/** No embedder: the collection has no vectors, and search is lexical. */
export function create(settings: unknown): undefined {
  parseSettings(settingsSchema, settings, "embedder 'none'");
  return undefined;
}
