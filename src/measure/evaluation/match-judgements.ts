/**
 * Renames hits to match judgements, which name a document by its id or by a suffix of its path, such as
 * `gettingstarted.md` for `content/gettingstarted.md`. Each judgement matches one hit: the exact one, else the first.
 * @param isDocument whether a name is a document id: it then matches no other document
 */
export function matchJudgements(
  documentIds: readonly string[],
  relevant: Readonly<Record<string, number>>,
  isDocument: (name: string) => boolean = () => false,
): readonly string[] {
  const named = new Set(documentIds.filter((id) => Object.hasOwn(relevant, id)));
  return documentIds.map((id) => {
    if (Object.hasOwn(relevant, id)) return id;
    for (const rest of pathEnds(id)) {
      if (!Object.hasOwn(relevant, rest) || named.has(rest) || isDocument(rest)) continue;
      named.add(rest);
      return rest;
    }
    return id;
  });
}

/** The suffixes of a document id after each slash, longest first. */
export function* pathEnds(id: string): Generator<string, void, void> {
  for (let slash = id.indexOf('/'); slash >= 0; slash = id.indexOf('/', slash + 1)) yield id.slice(slash + 1);
}
