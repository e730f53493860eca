import { answerQuestion, ingestInto, openWorkspace } from 'srag';

const workspace = await openWorkspace({ location: '.srag' });
try {
  const { settings, report } = await ingestInto(workspace, ['handbook']);
  console.log(`${report.documents.added} documents added, ${report.chunks} chunks written`);

  const catalogue = workspace.catalogue(settings.name);
  const manifest = await catalogue.build(await workspace.corpus(settings), { kind: 'lancedb-flat' });
  await catalogue.publish(manifest.version);

  const retriever = await workspace.retriever(settings, manifest, { needsEmbedder: false });
  const question = 'Within how many days are receipts handed in?';
  const { hits } = await retriever.retrieve({ question, topK: 5 });
  const { answer, citations } = await answerQuestion(await workspace.generator(), { question, hits });
  console.log(answer);
  for (const { marker, documentId, start, end } of citations)
    console.log(`[${marker}] ${documentId} ${start}-${end}`);
} finally {
  await workspace.close();
}
