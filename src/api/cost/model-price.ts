import { type PriceTable, priceNamed } from './price-table.ts';

/** Embedders, generators and rerankers that run inside the function, so its price covers their use. */
const LOCAL: readonly string[] = ['none', 'hashing', 'precomputed', 'transformers', 'extractive', 'mmr'];
/** Adapter names that prefix a model's id. */
const ADAPTERS = /^(bedrock-titan|bedrock|openai-compatible):/;
/** Geography that prefixes the model's id in an inference profile id. */
const PROFILE = /^(us|us-gov|eu|apac|ap|jp|au|ca|sa|me|af|global)\./;
/** Suffixes of a model's name in its id: date, version, dimensions. */
const VERSION = /^(-\d{8})?(-v\d+)?(:.*)?$/;

export const isLocalModel = (id: string): boolean => LOCAL.includes(id.split(':', 1)[0] ?? '');

/**
 * Finds the price name of a model by model id, inference profile id, ARN or adapter id; undefined if none.
 * `us.anthropic.claude-haiku-4-5-20251001-v1:0` has the price of `claude-haiku-4-5`, not of `claude-haiku-4`.
 */
export function modelPriceName(
  table: PriceTable,
  id: string,
  what: 'input-tokens' | 'output-tokens' | 'queries',
): string | undefined {
  const model = id.replace(ADAPTERS, '').replace(/^arn:.*\//, '');
  for (const candidate of new Set([model, model.replace(PROFILE, '')])) {
    const exact = `model.${candidate}.${what}`;
    if (priceNamed(table, exact) !== undefined) return exact;
    const names = Object.keys(table.prices).filter((name) => {
      if (!name.startsWith('model.') || !name.endsWith(`.${what}`)) return false;
      const priced = name.slice('model.'.length, -what.length - 1);
      return candidate.startsWith(priced) && VERSION.test(candidate.slice(priced.length));
    });
    const longest = names.sort((left, right) => right.length - left.length)[0];
    if (longest !== undefined) return longest;
  }
  return undefined;
}
