import { isLocalModel, modelPriceName } from './model-price.ts';
import { loadPrices, priceNamed } from './price-table.ts';

/** USD for embedding `tokens` tokens in us-east-1; undefined if the price is unknown. */
export async function embeddingCost(
  embedder: string,
  tokens: number,
): Promise<{ readonly usd: number; readonly source: string } | undefined> {
  if (isLocalModel(embedder)) return { usd: 0, source: embedder === 'none' ? 'no embedder' : 'runs here' };
  const table = await loadPrices('us-east-1');
  const name = modelPriceName(table, embedder, 'input-tokens');
  const price = name === undefined ? undefined : priceNamed(table, name);
  if (price === undefined) return undefined;
  const { source, notedOn } = price;
  return {
    usd: tokens * (price.usd / price.per),
    source: `${source}, us-east-1 on demand, list price as of ${notedOn}; check your price`,
  };
}
