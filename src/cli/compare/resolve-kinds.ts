import { parseIndexSelector, SragError } from '../../core/index.ts';
import { indexBackend } from '../../indexes/index.ts';
import { experimentSchema, type QuestionSet } from '../../measure/index.ts';
import { type ResolvedVariant, resolveVariants } from '../bench/resolve-variants.ts';
import type { CommandContext } from '../context.ts';
import type { Progress } from '../progress.ts';

const EXACT_KIND = 'lancedb-flat';
/** Name of the variant with exact search, which is measured for comparison but not shown. */
export const REFERENCE = 'exact-reference';

/** The requested variants, plus a variant with exact search if the questions have no judgements. */
export async function resolveKinds(
  context: CommandContext,
  { questions }: QuestionSet,
  { kinds, collections }: { readonly kinds: readonly string[]; readonly collections: readonly string[] },
  progress: Progress,
): Promise<{ variants: readonly ResolvedVariant[]; exact: string | undefined; notes: readonly string[] }> {
  const isJudged = questions.some(({ relevant }) => relevant !== undefined);
  if (!isJudged && collections.length > 1) {
    throw new SragError('INVALID_ARGUMENT', 'Embedders can only be compared on questions with judgements.', {
      remedy: 'Add "relevant" to the questions, or name one collection.',
      fields: { field: 'collections', collections },
    });
  }
  const { mode } = context.workspace.config;
  const exacts = (await Promise.all(kinds.map(async (name) => ((await isExact(name)) ? [name] : [])))).flat();
  const needsReference = !isJudged && exacts.length === 0;
  const declarations = experimentSchema.parse({
    questions: { source: 'given' },
    variants: [
      ...collections.flatMap((collection) =>
        kinds.map((index) => ({
          name: collections.length > 1 ? `${collection}.${index}` : index,
          index,
          collection,
          mode,
        })),
      ),
      ...(needsReference ? [{ name: REFERENCE, index: EXACT_KIND, collection: collections[0], mode }] : []),
    ],
  }).variants;
  const variants = await resolveVariants(context, declarations, progress);
  return {
    variants,
    exact: isJudged ? undefined : (exacts[0] ?? REFERENCE),
    notes: needsReference
      ? [`Recall is measured against ${EXACT_KIND}, which was built for this purpose and is not shown.`]
      : [],
  };
}

async function isExact(name: string): Promise<boolean> {
  const { capabilities } = await indexBackend(parseIndexSelector(name).kind);
  return capabilities.vectorSearch === 'exact';
}
