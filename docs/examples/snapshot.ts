import { fileStorage, openSearcher } from 'srag/snapshot';

// In a function: storage: signedS3({ bucket, region, credentials }).
const searcher = await openSearcher({
  storage: fileStorage('.srag'),
  prefetch: 'lexical',
  cache: { folder: 'srag-cache', folderBytes: 256 * 2 ** 20 },
});
try {
  const { hits, trace } = await searcher.search({ text: 'How much is paid for a hotel night?', topK: 1 });
  console.log(hits[0]?.documentId, hits[0]?.start, hits[0]?.end);
  console.log(`${trace.storage?.reads} reads in ${trace.storage?.waves} waves`);

  await searcher.hydrate();
  const again = await searcher.search({ text: 'unused leave', topK: 1 });
  console.log(again.hits[0]?.documentId, `${again.trace.storage?.reads} reads`);
} finally {
  await searcher.close();
}
