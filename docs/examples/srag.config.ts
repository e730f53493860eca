import { defineConfig } from 'srag';

export default defineConfig({
  location: '.srag',
  collection: 'handbook',
  chunker: { maxTokens: 300, overlapTokens: 30 },
  exclude: ['**/drafts/**'],
  answer: { topK: 6 },
});
