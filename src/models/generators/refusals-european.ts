import { type Refusals, startsWith } from './refusals.ts';

/** Never matches. */
const NOTHING = /(?!)/;

const GERMAN = ((): Refusals => {
  const source =
    '(?:(?:de[nrms]|die|das|diesen?|dieser|keine[mr]?) )?(?:(?:bereitgestellten|bereitgestellte|vorliegenden?|angegebenen?|gegebenen?|genannten?|obigen?|verfügbaren) ){0,2}(?:dokumente?n?|dokumentation|passagen?|textstellen|textpassagen|textauszügen?|auszügen?|texte?n?|abschnitte?n?|quellen|unterlagen|informationen|kontext)';
  const information =
    '(?:(?:genauen?|konkreten?|ausreichenden?|direkten?|weiteren?|relevanten?) )*(?:informationen?|angaben?|antwort|hinweise?|aussagen?|details?|erwähnung)';
  return {
    hint: /\b(?:nicht|nichts|keine)\b/,
    core: (sentence) =>
      sentence.replace(
        /^(?:(?:es )?tut mir leid(?:, aber|,)? |leider |entschuldigung, (?:aber )?|ich bedaure, (?:aber )?)+/,
        '',
      ),
    refusal: startsWith(
      `${source} (?:enthalten|enthält|enthaelt|liefern|liefert|bieten|bietet|geben|gibt|machen|macht) (?:(?:leider|dazu|hierzu|darüber) )*keine ${information}`,
      `${source} (?:beantworten|beantwortet|erwähnen|erwähnt|nennen|nennt|behandeln|behandelt|beschreiben|beschreibt|erklären|erklärt)\\b.*\\bnicht$`,
      `in ${source} (?:wird|werden|ist|sind)\\b.{1,120} nicht (?:erwähnt|genannt|beschrieben|behandelt|beantwortet|erklärt|angegeben)$`,
      `in ${source} (?:finden|findet|gibt|sind|ist|steht|stehen|wird|werden)(?: sich| es)?(?: leider)? (?:keine ${information}|nichts)`,
      `(?:es gibt|ich finde|ich habe|es finden sich) (?:leider )?keine ${information}.* in ${source}`,
      `(?:ich kann|kann ich) (?:diese|die|ihre) frage\\b.* nicht beantworten`,
      `diese frage (?:kann|lässt sich)\\b.* nicht beantworten|diese frage kann\\b.* nicht beantwortet werden`,
      `.{1,120}? (?:wird|werden|ist|sind) in ${source} nicht (?:erwähnt|genannt|beschrieben|behandelt|beantwortet|angegeben)$`,
      `(?:(?:das|dies|es) )?geht aus ${source} nicht hervor`,
      'ich weiß (?:es|das) nicht$',
    ),
    uncitedRefusal: NOTHING,
    companion: /^(?:es tut mir leid|tut mir leid|bitte (?:wenden|geben|prüfen|stellen))\b/,
    contrast: /\b(?:aber|jedoch|sondern|allerdings|obwohl|außer|nur|lediglich|während)\b|[:;]/,
  };
})();

const FRENCH = ((): Refusals => {
  const source =
    '(?:(?:les?|ces|ce|cette|la|aucun des) )?(?:documents?|documentation|passages?|extraits?|textes?|sources?|contexte|informations)(?: (?:fournie?s?|donnée?s?|disponibles?|ci-dessus|proposés))?';
  const says =
    '(?:contien(?:t|nent)|mentionnen?t?|fourni(?:t|ssent)|précisen?t?|répond(?:ent)?|donnen?t?|permet(?:tent)?|indiquen?t?|abordent?|traitent?|parlent?|inclu(?:t|ent)|décri(?:t|vent)|expliquent?)';
  return {
    hint: /\b(?:pas|aucune?|rien)\b/,
    core: (sentence) =>
      sentence.replace(
        /^(?:(?:je suis )?(?:désolée?|navrée?)(?:, mais|,)? |malheureusement,? |d'après (?:les|ces) (?:documents|passages|extraits)(?: fournis)?, )+/,
        '',
      ),
    refusal: startsWith(
      `${source} ne ${says} (?:pas|aucune?|rien)(?: (?:à|aux?|cette|la|votre|directement|explicitement|d'|de|le|les|l')|$| )`,
      `aucune? (?:information|mention|réponse|détail|document|passage)\\b.* (?:dans|par) ${source}`,
      `je ne (?:peux|sais|trouve|dispose|parviens|suis) pas\\b.*(?:réponse|répondre|information|question)`,
      `je (?:ne peux|n'ai) pas\\b.*(?:répondre|information)`,
      `(?:il n'y a|on ne trouve|il n'existe) (?:pas|aucune?)\\b.*(?:information|mention|réponse|détail).* dans ${source}`,
      `.{1,120}? n(?:e |')(?:est|sont) pas (?:mentionnée?s?|précisée?s?|indiquée?s?|abordée?s?|décrite?s?) dans ${source}$`,
      'je ne sais pas$',
    ),
    uncitedRefusal: NOTHING,
    companion: /^(?:je suis désolé|désolé|veuillez (?:consulter|fournir))/,
    contrast: /\b(?:mais|cependant|toutefois|sauf|seulement|uniquement|bien que|en revanche|que)\b|[:;]/,
  };
})();

const SPANISH = ((): Refusals => {
  const source =
    '(?:(?:los?|las?|el|estos|estas|este|ninguno de los) )?(?:documentos?|documentación|pasajes?|fragmentos?|textos?|extractos?|fuentes?|contexto|información)(?: (?:proporcionad[oa]s?|dad[oa]s?|disponibles?|facilitad[oa]s?|anteriores))?';
  const says =
    '(?:contienen?|mencionan?|responden?|incluyen?|proporcionan?|especifican?|ofrecen?|indican?|abordan?|dicen?|describen?|explican?|tratan?)';
  return {
    hint: /\b(?:no|ninguna?)\b/,
    core: (sentence) =>
      sentence.replace(
        /^(?:lo siento,? (?:pero )?|lamentablemente,? |desafortunadamente,? |disculpe?,? (?:pero )?)+/,
        '',
      ),
    refusal: startsWith(
      `${source} no (?:mencionan?|responden?|especifican?|indican?|abordan?|dicen?|describen?|explican?|tratan?)\\b`,
      `${source} no ${says} (?:ninguna |suficiente |la )?(?:información|respuesta|mención|detalles|nada|datos)\\b`,
      `no (?:hay|existe|se encuentra|encuentro|encontré|he encontrado|se menciona|tengo)\\b.*(?:en|de|con) ${source}`,
      `no puedo (?:responder|contestar|encontrar|determinar)\\b`,
      `no (?:hay|tengo|encuentro) (?:suficiente información|(?:información|respuesta) (?:sobre|para|a))\\b`,
      `en ${source} no (?:se (?:menciona|indica|especifica|describe|encuentra|dice)|hay|aparece)`,
      'no lo sé$',
    ),
    uncitedRefusal: startsWith(`${source} no ${says}\\b`),
    companion: /^(?:lo siento|por favor,? (?:consulte|proporcione))/,
    contrast: /\b(?:pero|sin embargo|aunque|excepto|salvo|solo|sólo|solamente|únicamente|sino)\b|[:;]/,
  };
})();

/** Refusals in German, French and Spanish. */
export const EUROPEAN_REFUSALS: readonly Refusals[] = [GERMAN, FRENCH, SPANISH];
