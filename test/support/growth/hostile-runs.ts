const repeated = (unit: string) => (length: number) =>
  unit.repeat(Math.ceil(length / unit.length)).slice(0, length);

/** Concatenates numbered units until the text is long enough. */
const numbered = (unit: (number: number) => string) => (length: number) => {
  const units: string[] = [];
  for (let number = 0, total = 0; total < length; number++) {
    units.push(unit(number));
    total += units.at(-1)!.length;
  }
  return units.join('').slice(0, length);
};

/**
 * Many combining marks above the letter, then as many below it. Normalisation must move every mark of the
 * second half.
 */
const disorderedMarks = (length: number): string =>
  `a${'\u0301'.repeat(length >> 1)}${'\u0316'.repeat(length >> 1)}`;

/**
 * Texts of about `length` UTF-16 units that can make scanners and parsers quadratic: runs that a pattern can
 * match at every position but never finish, openings without an end, and nesting.
 */
export const HOSTILE_RUNS: Readonly<Record<string, (length: number) => string>> = {
  apostrophes: repeated("'"),
  'letters with apostrophes': repeated("a'"),
  spaces: repeated(' '),
  'tabs and spaces': repeated('\t '),
  'line feeds': repeated('\n'),
  'blank lines': repeated('\n \n'),
  'soft hyphens': repeated('\u00ad'),
  'combining marks': repeated('\u0301'),
  'disordered marks': disorderedMarks,
  'footnote marks': repeated('[1]'),
  'cited statements': repeated('A hotel costs 140 euros [1]. '),
  'less-than signs': repeated('<'),
  'open tags': repeated('<a '),
  'nested elements': repeated('<b><p><div>'),
  'nested tables': repeated('<table><tr><td>'),
  attributes: (length) => `<p ${numbered((number) => `a${number}=1 `)(length)}>`,
  'end tags': repeated('</p></b>'),
  'number signs': repeated('#'),
  'headings without text': repeated('# a\n'),
  'nested headings': numbered((number) => `${'#'.repeat((number % 6) + 1)} Heading ${number}\n\n`),
  'heading attributes': (length) => `# ${repeated('{a= ')(length)}`,
  'underlined headings': repeated('a\n=\n'),
  underlines: repeated('-=\n'),
  'quote marks': repeated('>'),
  'quote marks and spaces': repeated('> '),
  'quoted lines': repeated('> a\n'),
  'list marks': repeated('- '),
  'list items': repeated('- a\n'),
  'nested list': numbered((number) => `${'  '.repeat(number % 100)}- item\n`),
  'ordered marks': repeated('1. '),
  backticks: repeated('`'),
  'code fences': repeated('```\n'),
  'tilde fence': repeated('~'),
  pipes: repeated('|'),
  'table rows': repeated('| a | b |\n'),
  'table rules': repeated('|-'),
  'full stops': repeated('.'),
  'stops and quotes': repeated(".'"),
  Hangul: repeated('가'),
  'Hangul words': repeated('가나다는 '),
  Han: repeated('漢'),
  'open brackets': repeated('['),
  'link openers': repeated('[a]('),
  // Starts a new paragraph, because definitions cannot interrupt one.
  'link definitions': numbered((number) => `${number === 0 ? '\n\n' : ''}[a${number}]: b\n`),
  'image openers': repeated('!['),
  parentheses: repeated('('),
  braces: repeated('{'),
  ampersands: repeated('&'),
  entities: repeated('&amp;'),
  backslashes: repeated('\\'),
  asterisks: repeated('*'),
  'asterisks and letters': repeated('*a '),
  underscores: repeated('_'),
  quotes: repeated('"'),
  colons: repeated('a: '),
  'question marks': repeated('? '),
  hyphens: repeated('-'),
  slashes: repeated('/'),
  addresses: repeated('https://example.org/a '),
  'address schemes': repeated('http:'),
  letters: repeated('a'),
  capitals: repeated('A'),
  'capitalised words': repeated('Ab '),
  words: numbered((number) => `word${number} `),
  digits: repeated('1'),
  'numbers and commas': repeated('1,'),
  emoji: repeated('👩‍💻'),
  prose: repeated('The hotel costs 140 euros, and the taxi costs 20. '),
};
