import { describe, expect, it } from 'vitest';
import { plainText } from '../../../src/core/index.ts';

describe('plainText', () => {
  it.each([
    ['  spaces \t around  and within ', 'spaces around and within'],
    ['**bold** *and* `code`', 'bold and code'],
    ['_emphasis_ and __strong__ but snake_case_name', 'emphasis and strong but snake_case_name'],
    ['[a link](https://x.test/y?z=1) and ![an image](i.png "title")', 'a link and an image'],
    ['[reference] stays, (parentheses) too', '[reference] stays, (parentheses) too'],
    ['<b>tags</b> go, <br/> too, 1 < 2 > 0 stays', 'tags go, too, 1 < 2 > 0 stays'],
    ['C\\# and 2\\*3, C:\\dir stays', 'C# and 23, C:\\dir stays'],
    ['Heading {#anchor}', 'Heading'],
    ['Heading {: .class #id}', 'Heading'],
    ['Heading {.class}', 'Heading'],
    ['Set {a, b} {#one} in the middle', 'Set {a, b} {#one} in the middle'],
    ['{#only}', ''],
    ['', ''],
  ])('converts %j to %j', (markdown, text) => {
    expect(plainText(markdown)).toBe(text);
  });
});
