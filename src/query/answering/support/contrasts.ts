import { analyse } from '../../../documents/lexical/index.ts';
import { keyOf } from './korean.ts';
import { OPPOSITES } from './opposites.ts';

/** Sets of alternatives. */
const ALTERNATIVES = `
monday mon/tuesday tue/wednesday wed/thursday thu/friday fri/saturday sat/sunday sun
breakfast/lunch/dinner
red/blue/green/yellow/black/white/orange/purple/pink/brown/grey gray
first/second/third/fourth/fifth
once/twice/thrice
half/third/quarter
double/triple/quadruple
hourly/daily/weekly/monthly/quarterly/yearly annually annual
gold/silver/bronze/platinum
spring/summer/autumn fall/winter
north/south/east/west
solid/liquid/gas
bus/train/plane/ferry/taxi/tram
tea/coffee
bachelor/master/doctorate
debug/info/warning/error
월요일/화요일/수요일/목요일/금요일/토요일/일요일
아침/점심/저녁
빨간 빨강/파란 파랑/초록/노란 노랑/검은 검정/하얀 흰
첫째/둘째/셋째
매시간/매일/매주/매월 매달/매년
봄/여름/가을/겨울
동쪽/서쪽/남쪽/북쪽
버스/기차/비행기/지하철/택시
커피/홍차
학사/석사/박사
`;

/** Irregular forms, which stemmers do not handle. */
const IRREGULAR: ReadonlyMap<string, string> = new Map(
  (
    'won:win went:go gone:go sold:sell bought:buy built:build sent:send took:take taken:take gave:give given:give made:make ' +
    'told:tell came:come began:begin begun:begin wrote:write written:write drove:drive driven:drive flew:fly flown:fly ' +
    'grew:grow grown:grow knew:know known:know thought:think brought:bring caught:catch taught:teach fought:fight ' +
    'found:find held:hold kept:keep lost:lose met:meet paid:pay ran:run said:say saw:see seen:see sat:sit spent:spend ' +
    'stood:stand led:lead left:leave rose:rise risen:rise fell:fall fallen:fall spoke:speak spoken:speak chose:choose ' +
    'chosen:choose broke:break broken:break wore:wear worn:wear ate:eat eaten:eat drank:drink sang:sing swam:swim ' +
    'beaten:beat froze:freeze frozen:freeze hid:hide hidden:hide got:get understood:understand became:become lent:lend ' +
    'meant:mean felt:feel slept:sleep dealt:deal died:die dies:die dying:die lying:lie goes:go'
  )
    .split(' ')
    .map((pair) => pair.split(':') as [string, string]),
);

interface Place {
  readonly set: number;
  readonly side: number;
  readonly isPair: boolean;
}

const places = new Map<string, Place[]>();

/** The form in which words are compared: the stem, or the beginning of a Korean word. */
export function termOfWord(lower: string): string {
  if (/^\p{Script=Hangul}/u.test(lower)) return keyOf(lower);
  const word = IRREGULAR.get(lower) ?? lower;
  return analyse(word)[0] ?? word;
}

/** Whether a word is a past form that does not end in `ed`. */
export const isIrregularVerb = (lower: string): boolean => IRREGULAR.has(lower);

/** Whether two words are on the same side of a pair of opposites. */
export function areSynonyms(one: string, other: string): boolean {
  fill();
  const there = places.get(other) ?? [];
  return (places.get(one) ?? []).some(({ set, side }) =>
    there.some((place) => place.set === set && place.side === side),
  );
}

function fill(): void {
  if (places.size > 0) return;
  let set = 0;
  for (const [table, isPair] of [
    [OPPOSITES, true],
    [ALTERNATIVES, false],
  ] as const) {
    for (const line of table.trim().split('\n')) {
      set += 1;
      line.split('/').forEach((words, side) => {
        for (const word of words.split(' ')) {
          const term = termOfWord(word);
          const known = places.get(term) ?? [];
          known.push({ set, side, isPair });
          places.set(term, known);
        }
      });
    }
  }
}

/**
 * Contrast between a statement's term and the evidence: `opposite` if the evidence has only the other side of
 * a pair, `other` if it has another member of a set, otherwise undefined.
 */
export function contrastOf(
  term: string,
  evidence: ReadonlySet<string>,
  statement: ReadonlySet<string>,
): 'opposite' | 'other' | undefined {
  fill();
  const mine = places.get(term);
  if (mine === undefined || evidence.has(term)) return undefined;
  let found: 'opposite' | 'other' | undefined;
  for (const other of evidence) {
    if (statement.has(other)) continue;
    for (const there of places.get(other) ?? []) {
      const here = mine.find(({ set }) => set === there.set);
      if (here === undefined) continue;
      if (here.side === there.side) return undefined;
      found = here.isPair ? 'opposite' : (found ?? 'other');
    }
  }
  return found;
}
