import { createRag } from 'srag';

const rag = await createRag({ location: '.srag', answer: { topK: 4 } });
try {
  await rag.ingest(['handbook']);
  await rag.ingest([{ id: 'faq-1', title: 'Parking', text: 'The garage has forty-one places.' }]);

  const { hits } = await rag.search('unused leave', { topK: 2 });
  console.log(hits.map(({ documentId }) => documentId).join(', '));

  const { answer, citations } = await rag.ask('How many places does the garage have?');
  console.log(answer, citations[0]?.documentId);

  for await (const piece of rag.askStream('How much is paid for a hotel night?')) process.stdout.write(piece);
} finally {
  await rag.close();
}
