import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  analyse,
  analyseToColumn,
  documentTerms,
  Lexicon,
  LexiconBuilder,
  lexicalQuery,
  rescore,
} from '../../../../src/documents/lexical/index.ts';
import { MemoryBm25 } from '../../../support/memory-bm25.ts';

/** The texts that match a question, best first, as a search ranks them. */
async function found(question: string, texts: readonly string[]): Promise<string[]> {
  const index = new MemoryBm25();
  const builder = new LexiconBuilder();
  for (const text of texts) {
    index.add(text, analyseToColumn(text));
    builder.add(text, analyseToColumn(text));
  }
  const lexicon = Lexicon.fromBytes(builder.build().toBytes());
  const candidates = index.search(question, texts.length).map(({ id }) => ({
    id,
    text: id,
    terms: documentTerms(id),
  }));
  const scores = await rescore(question, candidates, lexicon);
  return candidates
    .map(({ id }, place) => ({ id, score: scores[place]! }))
    .sort((left, right) => right.score - left.score)
    .map(({ id }) => id);
}

const OTHERS = ['A library lends books to everybody.', 'The river is cold in winter.'];

/** The terms that `documentTerms` adds to those of `analyse`. */
const variants = (text: string): string[] => documentTerms(text).slice(analyse(text).length);

describe('a question finds a text', () => {
  it.each([
    ['cafe', 'The café opens at eleven.'],
    ['résumé', 'Send your resume to the office.'],
    ['Muller', 'Ask Müller about that.'],
    ['lodz', 'The plant in Łódź is closed.'],
    ['istanbul', 'The IT office in İstanbul'],
    ['İstanbul', 'Our office in Istanbul'],
    ['strasse', 'Die Straße ist gesperrt.'],
    ['aero', 'Ærø is an island.'],
    ['da nang', 'Chuyến bay đến Đà Nẵng'],
    ['елка', 'Новогодняя ёлка стоит.'],
    ['ελλαδα', 'Η Ελλάδα έχει νησιά.'],
    ['كتاب', 'كِتَاب جديد'],
    ['שלום', 'שָׁלוֹם לכולם'],
  ])('that differs from it in accents: %s', async (question, text) => {
    expect(await found(question, [...OTHERS, text])).toEqual([text]);
  });

  it.each([
    ['C++', 'The C++ toolchain is in room 4.'],
    ['c#?', 'The C# runtime (room 9)'],
    ['.NET', 'Install .NET first.'],
    ['AT&T', 'AT&T delivers phones.'],
    ['R&D', 'Ask R&D.'],
    ['Disney+', 'Watch it on Disney+.'],
  ])('with the same symbols (such as + or #) before a text without them: %s', async (question, text) => {
    expect(lexicalQuery(question).at(-1)).toMatch(/[+#.&]/);
    expect((await found(question, [text.replaceAll(/[+#.&]/g, ' '), text, ...OTHERS]))[0]).toBe(text);
  });

  it.each([
    ['email', 'Write an e-mail.'],
    ['e-mail', 'Write an email.'],
    ['wifi', 'The wi-fi is slow.'],
    ['Wi‐Fi', 'The wifi is slow.'],
    ['covid19', 'About COVID-19 and masks'],
    ['backends', 'Each back-end has a name.'],
    ['nodejs', 'It runs on Node.js.'],
    ['node.js', 'It runs on nodejs.'],
    ['US', 'Offices in the U.S.'],
    ['5GHz', 'A band at 5 GHz'],
    ['5 GHz', 'A band at 5GHz'],
    ['Python 3', 'Needs Python3'],
    ['python3', 'Needs Python 3'],
  ])('that joins or separates the same words differently: %s', async (question, text) => {
    expect(await found(question, [...OTHERS, text])).toEqual([text]);
  });

  it.each([
    ['책', '책은 2주 동안 빌릴 수 있습니다.'],
    ['약', '약을 드세요.'],
    ['猫', '猫は一日に二回食べます。'],
    ['狗', '每天喂狗两次。'],
    ['水', '冷水机在这里'],
  ])('if the question is a single character: %s', async (question, text) => {
    expect(await found(question, [...OTHERS, '도서관 안내', '宠物商店', text])).toEqual([text]);
  });

  it.each([
    ['IT', 'The IT desk is in room 5.'],
    ['Where is the IT desk?', 'The IT desk is in room 5.'],
    ['US', 'Offices in the US and in Japan'],
    ['WHO', 'Guidelines of the WHO for schools'],
    ['The Who', 'Last night The Who played.'],
    ['if', 'The keyword `if` begins a branch.'],
    ['not', 'Write “not” before a condition.'],
    ['to be or not to be', 'Hamlet asks. To be or not to be? Nobody knows.'],
  ])('if the searched word is a stop word in other contexts: %s', async (question, text) => {
    expect((await found(question, [...OTHERS, 'It is not for us, but who can be here?', text]))[0]).toBe(
      text,
    );
  });
});

it('a search ranks texts with the exact form of the word first', async () => {
  const texts = [
    'The cafe opens at ten.',
    'The café opens at ten.',
    'The email is late.',
    'The e-mail is late.',
  ];
  expect((await found('cafe', texts))[0]).toBe(texts[0]);
  expect((await found('café', texts))[0]).toBe(texts[1]);
  expect((await found('email', texts))[0]).toBe(texts[2]);
  expect((await found('e-mail', texts))[0]).toBe(texts[3]);
});

describe('variants are not created', () => {
  it.each([
    'It is a house. The rest is not, and we are to do it.',
    'WHAT IS THE REFUND POLICY OF IT?',
    'What Is The Refund Policy For Us?',
    'pages 10-12, from 2019-01-02 on, see ... 5.10, 2.0 and state-of-the-art',
    'a + b, a+b, item #5, page#top, one & two.',
    'A house is here. I say so; see www.example.com/a.b.c, and so on.',
  ])('for ordinary text: %s', (text) => {
    expect(variants(text)).toEqual([]);
  });

  it('between the terms of a text, so that the terms keep their order and neighbours', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (text) => {
        expect(documentTerms(text).slice(0, analyse(text).length)).toEqual(analyse(text));
      }),
    );
  });
});

it("every query term of a document's text is indexed, except stop words", () => {
  const pieces = [
    'C++',
    '.NET',
    'AT&T',
    'e-mail',
    '5GHz',
    'café',
    'IT',
    'Łódź',
    '책은',
    '狗',
    '猫は',
    'word',
    'the',
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 8 }), (chosen) => {
      const text = `books ${chosen.join(' ')} inside`;
      expect(documentTerms(text)).toEqual(expect.arrayContaining(lexicalQuery(text)));
    }),
  );
});
