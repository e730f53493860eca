import type { Command } from 'commander';
import { normaliseText, printableLine, SragError } from '../../core/index.ts';
import { type CommonOptions, runCommand, withCommonOptions } from '../context.ts';
import { style } from '../terminal.ts';

/** `srag show ID` */
export function showCommand(program: Command): void {
  withCommonOptions(program.command('show'))
    .description('Show a document or a chunk as it is stored')
    .argument('<id>', 'id of a document or chunk')
    .action((givenId: string, options: CommonOptions) =>
      runCommand(options, async ({ workspace }) => {
        // Stored ids are in NFC; a path completed by a shell may be decomposed.
        const id = normaliseText(givenId, 'NFC');
        const settings = await workspace.collection();
        const corpus = await workspace.corpus(settings);
        const [stored] = await corpus.chunks([id], { withVectors: true });
        if (stored !== undefined) {
          const { chunk, vector } = stored;
          const place = printableLine([chunk.documentId, ...chunk.headingPath].join(' › '));
          return {
            json: { chunk: { ...chunk, ...(vector === undefined ? {} : { vector: [...vector] }) } },
            text: `${style.bold(place)} ${style.dim(`${chunk.start}-${chunk.end}, chunk ${chunk.ordinal}, about ${chunk.tokens} tokens`)}\n\n${chunk.text}`,
          };
        }
        for await (const [document] of corpus.documents([id])) {
          if (document === undefined) continue;
          const text = (await corpus.documentText(id)) ?? '';
          const chunks = [];
          for await (const batch of corpus.scan({ documentId: id })) {
            chunks.push(
              ...batch.map(({ chunk }) => ({
                id: chunk.id,
                start: chunk.start,
                end: chunk.end,
                headingPath: chunk.headingPath,
              })),
            );
          }
          return {
            json: { document: { ...document, text, chunks } },
            text: `${style.bold(printableLine(document.title || id))} ${style.dim(`${printableLine(document.source)}, ${document.chunkCount} chunks`)}\n\n${text}`,
          };
        }
        throw new SragError(
          'UNKNOWN_DOCUMENT',
          `Collection '${settings.name}' contains no document or chunk '${id}'.`,
          {
            remedy: 'srag search shows ids; the id of a document in a folder is its path.',
            fields: { id },
          },
        );
      }),
    );
}
