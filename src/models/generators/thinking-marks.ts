/** A mark of a model's output format. A frame stands around the answer and is no part of it. */
export interface OutputMark {
  readonly kind: 'open' | 'close' | 'frame';
  readonly start: number;
  readonly end: number;
}

const NAME =
  '(?:[a-z]{1,12}:)?(?:think|thinking|thoughts?|thought_process|reasoning|scratchpad|longcat_think|inner_monologue|antthinking)';
const MAX_ATTRIBUTES = 80;
/** Tokens around reasoning: harmony (gpt-oss), Cohere, Gemma and others. No token begins with another one. */
const TOKENS: Readonly<Record<OutputMark['kind'], readonly string[]>> = {
  open: [
    ...['<|channel|>analysis', '<|channel|>commentary', '<|channel|>thought', '<|channel>thought'],
    ...['<|begin_of_thought|>', '<|start_thinking|>', '<|thinking|>', '<|think|>', '<unused94>'],
    ...['[think]', '\u25c1think\u25b7'],
  ],
  close: [
    ...[
      '<|channel|>final',
      '<channel|>',
      '<|end_of_thought|>',
      '<|end_thinking|>',
      '<|/thinking|>',
      '<|/think|>',
    ],
    ...['<unused95>', '[/think]', '\u25c1/think\u25b7', '[begin final response]'],
  ],
  frame: [
    ...['<|start|>assistant', '<|message|>', '<|end|>', '<|return|>', '<answer>', '</answer>'],
    ...['<|begin_of_solution|>', '<|end_of_solution|>', '<|start_response|>', '<|end_response|>'],
    '[end final response]',
  ],
};
const KIND_OF: ReadonlyMap<string, OutputMark['kind']> = new Map(
  (['open', 'close', 'frame'] as const).flatMap((kind) =>
    TOKENS[kind].map((token) => [token, kind] as const),
  ),
);

const escaped = (token: string): string => token.replace(/[|[\]/]/g, '\\$&');
const TAG = `<(/?)${NAME}(?:\\s[^<>]{0,${MAX_ATTRIBUTES}})?>`;
const MARK = new RegExp(`${TAG}|${[...KIND_OF.keys()].map(escaped).join('|')}`, 'gi');
const START = /[<[\u25c1]/g;
/** The beginning of a tag, whose end may follow. */
const PART_OF_TAG = new RegExp(`^<\\/?(?:[a-z:_]{0,30}|${NAME}\\s[^<>]{0,${MAX_ATTRIBUTES}})$`, 'i');
const LONGEST = MAX_ATTRIBUTES + 36;

/** The marks in a text. */
export function* outputMarks(text: string): Iterable<OutputMark> {
  for (const { 0: mark, 1: slash, index } of text.matchAll(MARK)) {
    const kind = KIND_OF.get(mark.toLowerCase()) ?? (slash === '/' ? 'close' : 'open');
    yield { kind, start: index, end: index + mark.length };
  }
}

/** Index of a mark that may continue in the next piece; the length of the text if there is none. */
export function startOfMark(text: string): number {
  const from = Math.max(0, text.length - LONGEST);
  for (const { index } of text.slice(from).matchAll(START)) {
    const tail = text.slice(from + index).toLowerCase();
    const isPart = [...KIND_OF.keys()].some((token) => token.length > tail.length && token.startsWith(tail));
    if (isPart || PART_OF_TAG.test(tail)) return from + index;
  }
  return text.length;
}
