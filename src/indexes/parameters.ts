import { nearestName, SragError } from '../core/index.ts';
import type { IndexParameters, ParameterDescription } from './port.ts';

/** Edges of an HNSW graph, for the kinds that build one. */
export const graphEdges = (min: number, max: number, value: number): ParameterDescription => ({
  name: 'm',
  stage: 'build',
  min,
  max,
  description: 'Edges per graph node. Too few: recall stays low. Too many: a larger and slower graph.',
  defaultFor: () => value,
});

/** Candidates while an HNSW graph is built. */
export const graphCandidates = (value: number): ParameterDescription => ({
  name: 'efConstruction',
  stage: 'build',
  min: 16,
  max: 2_000,
  description: 'Candidates kept while the graph is built. Too few: a poor graph. Too many: a slow build.',
  defaultFor: () => value,
});

/**
 * Completes the parameters of one stage with their defaults.
 * @throws INVALID_ARGUMENT for an unknown name (with the nearest) or a value out of bounds.
 */
export function resolveParameters(
  kind: string,
  descriptions: readonly ParameterDescription[],
  stage: ParameterDescription['stage'],
  given: IndexParameters,
  size: { readonly rows: number; readonly dimensions: number },
): IndexParameters {
  const known = descriptions.filter((description) => description.stage === stage);
  const names = known.map(({ name }) => name);
  for (const [name, value] of Object.entries(given)) {
    const description = known.find((candidate) => candidate.name === name);
    if (description === undefined) {
      const nearest = nearestName(name, names);
      throw new SragError(
        'INVALID_ARGUMENT',
        `Index kind '${kind}' has no ${stage} parameter '${name}' (${names.join(', ') || 'it has none'}).`,
        {
          remedy:
            nearest === undefined ? 'srag index kinds lists the parameters.' : `Did you mean '${nearest}'?`,
          fields: { field: name, allowed: names },
        },
      );
    }
    if (!Number.isInteger(value) || value < description.min || value > description.max) {
      throw new SragError(
        'INVALID_ARGUMENT',
        `${name} is ${value}; it must be a whole number from ${description.min} to ${description.max}.`,
        {
          remedy: description.description,
          fields: { field: name, value, min: description.min, max: description.max },
        },
      );
    }
  }
  return Object.fromEntries(
    known.map(({ name, defaultFor }) => [name, given[name] ?? defaultFor(size.rows, size.dimensions)]),
  );
}
