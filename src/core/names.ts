import { type ErrorCode, SragError } from './errors.ts';

/** Maximum length of a compared name, because the time grows with the product of the two lengths. */
const MAX_COMPARED = 100;

/** Levenshtein distance of two short names. */
function editDistance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1);
      current.push(Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, substitution));
    }
    previous = current;
  }
  return previous[right.length] ?? 0;
}

/** The allowed name nearest to `name`, if it is similar enough to be the intended one. */
export function nearestName(name: string, allowed: readonly string[]): string | undefined {
  if (name.length > MAX_COMPARED) return undefined;
  // Two edits turn any very short name into any other, so the limit is also half the length.
  const limit = Math.min(Math.max(2, Math.floor(name.length / 3)), Math.floor(name.length / 2));
  let best: { name: string; distance: number } | undefined;
  for (const candidate of allowed) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance <= limit && (best === undefined || distance < best.distance))
      best = { name: candidate, distance };
  }
  return best?.name;
}

/** The error for a name that is not allowed; it suggests the nearest allowed name. */
export function unknownName(
  code: ErrorCode,
  what: string,
  name: string,
  allowed: readonly string[],
): SragError {
  const nearest = nearestName(name, allowed);
  const list = allowed.length === 0 ? 'none exist yet' : `known: ${allowed.join(', ')}`;
  return new SragError(code, `Unknown ${what} '${name}' (${list}).`, {
    remedy: nearest === undefined ? remedyFor(allowed) : `Did you mean '${nearest}'?`,
    fields: { name, allowed, nearest },
  });
}

const remedyFor = (allowed: readonly string[]): string | undefined =>
  allowed.length === 0 ? undefined : 'Use one of the known ones.';
