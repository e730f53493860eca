import { askQuestion } from '../../query/asking/index.ts';
import type { RetrievalResult } from '../../query/retrieval/index.ts';
import { requestOf, retrieverFor, traceText } from '../commands/search.ts';
import type { CommandContext } from '../context.ts';
import type { SearchOptions } from '../search-text.ts';
import { sourcesText } from '../sources-text.ts';
import { write } from '../terminal.ts';
import { StreamedLines } from '../wrap.ts';
import type { Asker } from './port.ts';

/** Maximum number of characters of a chunk's text in the JSON document. */
const MAX_CHUNK_TEXT = 2_000;

/** Answers from the index of this location. Opens it at the first question, after validating that. */
export function localAsker(
  { workspace, signal, say, isJson }: CommandContext,
  options: SearchOptions,
): Asker {
  const { topK, rewrite, ...settings } = workspace.config.answer;
  const open = async () => ({
    retriever: await retrieverFor(workspace, say),
    generator: await workspace.generator(),
  });
  let opened: ReturnType<typeof open> | undefined;
  return async (question, history) => {
    const request = requestOf(question, { topK, ...options }, workspace.config.mode, signal);
    opened ??= open();
    const { retriever, generator } = await opened;
    const lines = new StreamedLines();
    const asked = await askQuestion(
      { generator, rewrite, search: (search) => retriever.retrieve({ ...request, ...search }) },
      { question, history: history.length === 0 ? undefined : history },
      {
        ...settings,
        signal,
        onChecked: isJson ? undefined : (text) => write(process.stdout, lines.push(text)),
      },
    );
    if (!isJson) write(process.stdout, lines.end());
    const { hits, searchDetails, mode } = asked.found;
    const { answer, citations, droppedCitations, notFound, confidence, usage } = asked.answer;
    const trace = withGeneration(asked.found.trace, asked.answer);
    return {
      answer,
      json: {
        question,
        answer,
        citations,
        droppedCitations,
        notFound,
        confidence,
        chunks: hits.map(({ text, ...hit }) => ({ ...hit, text: text.slice(0, MAX_CHUNK_TEXT) })),
        usage,
        generator: generator.id,
        mode,
        trace,
      },
      // The answer itself has been streamed.
      text: [
        '',
        '',
        ...sourcesText(citations, hits),
        ...(options.explain ? ['', traceText(trace, searchDetails, mode)] : []),
      ].join('\n'),
    };
  };
}

/** A trace of the retrieval and the generation. */
function withGeneration(
  trace: RetrievalResult['trace'],
  { generateMs, firstTokenMs }: { readonly generateMs: number; readonly firstTokenMs?: number | undefined },
): RetrievalResult['trace'] {
  const stages = { ...trace.stages, generateMs };
  return {
    ...trace,
    stages: firstTokenMs === undefined ? stages : { ...stages, firstTokenMs },
    totalMs: trace.totalMs + generateMs,
  };
}
