import { z } from 'zod';
import { SragError } from '../../core/index.ts';
import type { LaptopOptions } from '../../laptop/index.ts';

/** Default of `idleMs`: the shortest idle timeout of common servers. */
const IDLE_MS = 5_000;

const schema = z.strictObject({
  sockets: z.enum(['reset', 'silent']),
  idleMs: z.number().min(0).max(86_400_000).default(IDLE_MS),
});

/** Parses `--freeze`. @throws INVALID_ARGUMENT */
export function freezeOf(text: string | undefined): LaptopOptions['freeze'] {
  if (text === undefined) return undefined;
  if (text === 'kept') return 'connections kept';
  const parsed = schema.safeParse(text.startsWith('{') ? json(text) : { sockets: text });
  if (parsed.success) return parsed.data;
  throw new SragError('INVALID_ARGUMENT', `--freeze is '${text}'.`, {
    remedy: `Use kept, reset, silent, or JSON such as '{"sockets": "reset", "idleMs": ${IDLE_MS}}'.`,
    fields: { field: 'freeze', value: text },
  });
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
