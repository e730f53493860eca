/** A dated price of an embedding model. */
interface EmbeddingPrice {
  /** Start of the embedder ids that it holds for. */
  readonly embedder: string;
  readonly usdPerMillionTokens: number;
  readonly source: string;
}

const PRICES: readonly EmbeddingPrice[] = [
  {
    embedder: 'bedrock-titan:amazon.titan-embed-text-v2:0',
    usdPerMillionTokens: 0.02,
    source: 'aws.amazon.com/bedrock/pricing, us-east-1 on demand, list price noted 2025-06; check yours',
  },
  { embedder: 'none', usdPerMillionTokens: 0, source: 'no embedder' },
  { embedder: 'hashing', usdPerMillionTokens: 0, source: 'runs here' },
  { embedder: 'transformers', usdPerMillionTokens: 0, source: 'runs here' },
  { embedder: 'precomputed', usdPerMillionTokens: 0, source: 'ready-made vectors' },
];

/** What embedding so many tokens costs; undefined where the price is not known. */
export function embeddingCost(embedder: string, tokens: number): { usd: number; source: string } | undefined {
  const price = PRICES.find((candidate) => embedder.startsWith(candidate.embedder));
  return price === undefined
    ? undefined
    : { usd: (tokens * price.usdPerMillionTokens) / 1e6, source: price.source };
}
