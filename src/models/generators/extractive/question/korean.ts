import { KOREAN_PARTICLES } from '../../../../documents/lexical/index.ts';

/** Particles, also of spoken Korean. */
const PARTICLE = [...KOREAN_PARTICLES, '한테', '이랑', '랑', '란', '나'].join('|');
const PARTICLES = new RegExp(`(?:${PARTICLE})$`, 'u');
/** A particle after a word in Latin letters. */
const PARTICLE_ALONE = new RegExp(`^(?:${PARTICLE}|야|죠|요)$`, 'u');
const ENDINGS =
  /(?:하려면|되려면|시키려면|으려면|려면|해야|하나요|되나요|시키나요|나요|습니까|입니까|합니까|됩니까|십니까|인가요|은가요|한가요|는가요|던가요|건가요|가요|까요|을까|할까|될까|는지|은지|인지|한지|하는|되는|시키는|했을|됐을|하면|되면|으면|하게|되게|하고|되고|하지|되지|하기|되기|하려|되려|하도록|되도록|하여|되어|해서|돼서|해도|돼도|하지만|합니다|됩니다|한다|된다|했다|됐다|하죠|되죠|해요|돼요|예요|이에요|에요|이야|이죠|인데|는데|은데|싶은데|싶으면|주는|주려면|하는데|해|돼|할|될|한|된|함|됨|기|게|고|며|면|지|죠|야|어|아|을|는|은|던)$/u;

/** Words that ask, or say only that something is asked, done or possible. */
const EMPTY =
  /^(?:무엇|무슨|뭐|뭔|뭘|누구|누가|언제|어디|어떻게|어떡|왜|얼마|어떤|어느|몇|알려|설명|방법|하나요|있나요|되나요|건가요|인가요|싶|좋|괜찮|해야|하면|되|돼|있|없|하|것|거|게|걸|때|수|줘|주세요|대해|관해|이유|경우|제일|가장|쓰|써|쓸|주|보|나오|나와|같|말|중|둘|다|꼭|더|안|못|좀|그|이|저|제가|내가|저는|나는|각각|정도|이나|어떤지|뭔지|뭐지|뭐죠|뭐야|뭐예요|뭔가요|무엇인가요|해|해요|하죠|하지|하는|한|할까|해도|합니까|합니다|돼요|되죠|되지|됩니까|됩니다|이에요|예요)$/u;
/** A Korean word without particles and endings (`매개변수를` -> `매개변수`); undefined if it carries no topic. */
export function koreanStem(word: string): string | undefined {
  if (EMPTY.test(word) || PARTICLE_ALONE.test(word)) return undefined;
  let stem = word;
  for (const pattern of [ENDINGS, PARTICLES]) {
    const shorter = stem.replace(pattern, '');
    if (shorter.length >= 2 || (shorter.length === 1 && stem.length === 2)) stem = shorter;
  }
  return EMPTY.test(stem) ? undefined : stem;
}
