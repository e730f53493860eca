import { writeSyntheticDataset } from 'srag';

await writeSyntheticDataset('made-up', { rows: 2000, dimensions: 64, clusters: 20, queries: 50, seed: 1 });
