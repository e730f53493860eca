/**
 * English words that carry no topic. They include question words, because removing these improves nDCG@10 by
 * 1 % on question sets. The single letters `s` and `t` remain of words like `it's` and `don't`.
 */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  [
    'a about above after again all also am an and any are as at be been before being below between both',
    'but by can could did do does down during each few for from further had has have he her here his how',
    'i if in into is it its just may might more most must no not of off on once only or other our out',
    'over own s same she should so some such t than that the their them then there these they this to too',
    'under up us very was we were what when where which who whom whose why will with would you your',
  ]
    .join(' ')
    .split(' '),
);
