import { describe, expect, it } from 'vitest';
import { isNotFoundAnswer, NOT_FOUND_ANSWER } from '../../../../src/models/generators/index.ts';

const ENGLISH = [
  'The provided passages do not contain information about the price of the server.',
  'The provided passages do not contain a recipe for sourdough bread. [2]',
  "I'm sorry, but the documents don't mention a recipe for sourdough.",
  'I’m sorry, but the documents don’t mention that.',
  'Sorry, the documents do not say.',
  'Unfortunately, the provided context does not specify the maximum size of a layer.',
  'Based on the provided documents, I cannot answer this question.',
  'According to the passages, there is no information about the chess championship.',
  'I cannot find any information about the chess championship in the documents.',
  "I couldn't find the answer in the provided passages.",
  'I am unable to answer this question based on the given passages.',
  "I don't know.",
  "I don't have enough information to answer this question.",
  'There is no information about prices in the documents.',
  'There is no mention of a price in the passages [1][2].',
  'There is not enough information in the provided text to determine the price.',
  'No information about the price is provided in the documents.',
  'None of the passages mention the price of the server.',
  'None of the provided documents answers this question.',
  'Nothing in the documents describes how to bake bread.',
  'The price of the server is not mentioned in the provided passages.',
  'The price is not specified in the documents [3].',
  'The answer to this question is not found in the documents.',
  'This question cannot be answered from the passages.',
  'It is not possible to determine the price from the provided documents.',
  'The price cannot be determined from the passages.',
  'The documents contain no information on Node.js 24.',
  'The documents provide no details about pricing.',
  'The passages discuss leave and travel, but do not mention the bonus.',
  'While the documents describe the setup of the server, they do not mention its price.',
  'The passages do not mention the price, as they only describe the setup.',
  'The passages do not contain information about the bonus. They only discuss annual leave.',
  'The documents do not mention the bonus. Please consult the HR department.',
  'I apologize, but the excerpts provided do not include information about that topic.',
  'The documents you provided do not answer the question.',
  'The context does not mention the price.',
  'The documents do not contain the price of the server.',
  '**The documents do not answer this question.**',
  '> "The passages do not mention this." [1]',
  'Answer: The documents do not answer this question.',
  "There's no information in the documents about who won.",
  "The documents don't cover how to bake bread; they only cover annual leave.",
  "I'm unable to find information about this in the provided context.",
  'Not enough information in the passages.',
  "I'm sorry. The documents do not contain an answer. If you provide more context, I can help.",
];

const OTHER_LANGUAGES = [
  '문서에서 답을 찾을 수 없습니다.',
  '제공된 문서에는 서버의 가격에 대한 정보가 없습니다.',
  '죄송하지만, 제공된 문서에는 해당 질문에 대한 정보가 포함되어 있지 않습니다. [1]',
  '죄송합니다. 제공된 문서에서 관련 내용을 찾을 수 없습니다.',
  '제공된 구절에는 가격이 언급되어 있지 않습니다.',
  '문서에 가격이 명시되어 있지 않아 답변드릴 수 없습니다.',
  '이 질문에 대한 답을 찾을 수 없습니다.',
  '주어진 문서만으로는 이 질문에 답할 수 없습니다.',
  '문서는 이 질문에 답하지 않습니다.',
  '가격에 대한 정보는 제공된 문서에 없습니다.',
  '서버의 가격은 문서에 나와 있지 않습니다 [2].',
  '제공된 문서는 체스 대회에 대한 정보를 제공하지 않습니다.',
  '관련 정보를 찾을 수 없습니다.',
  '**문서에서 해당 정보를 확인할 수 없습니다.**',
  '제공된 문서에는 설치에 대한 설명은 있지만 가격에 대한 정보는 없습니다.',
  '체스 대회에 대한 정보를 찾을 수 없습니다. 추가 정보를 제공해 주세요.',
  '답변을 드릴 수 없습니다. 문서에 관련 정보가 없습니다.',
  '모르겠습니다.',
  '提供された文書には、価格に関する情報が含まれていません。',
  '申し訳ありませんが、文書にはこの質問に対する答えが見つかりませんでした。',
  'この質問に答えることはできません。',
  '文書では価格について言及されていません。[1]',
  '提供的文档中没有提及服务器的价格。',
  '很抱歉，提供的文档中没有包含相关信息。',
  '根据提供的文档，无法回答该问题。',
  '抱歉，我无法从文档中找到答案。',
  '文檔中沒有提到價格。',
  'Die bereitgestellten Dokumente enthalten keine Informationen über den Preis.',
  'Es tut mir leid, aber die Dokumente beantworten diese Frage nicht.',
  'In den Dokumenten wird der Preis nicht erwähnt [1].',
  'Ich kann diese Frage anhand der Passagen leider nicht beantworten.',
  'Leider geht aus den Dokumenten nicht hervor, wer gewonnen hat.',
  "Les documents fournis ne contiennent pas d'informations sur le prix.",
  'Désolé, mais les documents ne répondent pas à cette question.',
  'Je ne trouve pas la réponse dans les documents.',
  'Los documentos proporcionados no contienen información sobre el precio.',
  'Lo siento, pero los documentos no mencionan el precio.',
  'No puedo responder a esta pregunta.',
];

const ANSWERS = [
  '',
  '[1]',
  'The documents do not require a signature [1].',
  'No, layers are not supported [2].',
  'No, the documents do not mention layers [1].',
  'No.',
  'The price is 12 dollars. The documents do not mention a discount.',
  'The port is 8080 [1]. The documents do not mention the host.',
  'The documents do not mention the host. The port is 8080 [1].',
  'The documents do not mention the host, but the port is 8080 [1].',
  'The documents do not specify a limit, so the default of 5 MB applies [1].',
  'The documents do not mention the price [1] and the port is 8080 [2].',
  'The documents do not mention a date and the port is 8080.',
  'The passages do not state the price; the licence costs nothing.',
  'Although the documents do not name the author, the licence is MIT [1].',
  'The documents do not mention a limit other than 5 MB [1].',
  'The documents are not encrypted by default [1].',
  'The documents do not have to be signed by the employee.',
  'Documents do not contain their embeddings [1].',
  'The document does not contain a table of contents [1].',
  'The context does not contain the name of the function [1].',
  'The policy does not cover dental care [2].',
  'The response does not include information about deleted rows [1].',
  'Deleted rows are not included in the results.',
  'The server does not provide information about its clients [3].',
  'The token does not contain information about the user.',
  'The password cannot be found in the log [2].',
  'It is not possible to change the region after the deployment [1].',
  'You cannot find the setting in the console [1].',
  'We cannot provide refunds after 30 days [1].',
  'I am unable to attend is a phrase of the template [1].',
  'There is no limit on the number of layers [1].',
  'There is no charge for failed requests.',
  'Employees who do not answer the question within 3 days are reminded [1].',
  'The function returns null if the documents do not answer the question [1].',
  'srag says "The documents do not answer this question." if nothing was found [1].',
  'Nothing in the cache expires before one hour [1].',
  'None of the functions use more than 128 MB [1].',
  'Sorry pages are shown while the site is down [1].',
  'They do not cover travel costs [1].',
  'No information is stored about visitors [1].',
  'I do not provide [1] is not a sentence.',
  '아니요, 레이어는 지원되지 않습니다 [2].',
  '서명은 필요하지 않습니다 [1].',
  '문서에는 서명이 필요하지 않습니다 [1].',
  '토큰에는 사용자에 대한 정보가 없습니다 [1].',
  '문서에 개인 정보가 없습니다 [1].',
  '포트는 8080이지만 가격은 문서에 나와 있지 않습니다.',
  '포트는 8080입니다 [1]. 가격에 대한 정보는 문서에 없습니다.',
  '제공된 문서에 가격은 없지만 포트는 8080입니다 [1].',
  '비밀번호는 로그에서 찾을 수 없습니다 [1].',
  '실패한 요청에는 요금이 없습니다.',
  '설정을 변경한 뒤에는 되돌릴 수 없습니다 [1].',
  '문서에 만료일이 명시되어 있지 않은 경우 30일이 적용됩니다 [1].',
  'レイヤーはサポートされていません [1]。',
  'ポートは8080です。文書には価格が記載されていません。',
  '署名は必要ありません。',
  '不支持图层 [1]。',
  '端口是 8080。文档中没有提及价格。',
  '不需要签名 [1]。',
  'Die Dokumente müssen nicht unterschrieben werden [1].',
  'Nein, Layer werden nicht unterstützt [1].',
  'Der Port ist 8080. Die Dokumente enthalten keine Informationen über den Preis.',
  'Les documents ne doivent pas être signés [1].',
  'Los documentos no requieren firma [1].',
  'No, las capas no son compatibles [1].',
  'No hay límite de capas [1].',
  'No hay información almacenada [1].',
  `${NOT_FOUND_ANSWER} But I know it.`,
];

describe('the not-found answer of a model', () => {
  it.each([
    NOT_FOUND_ANSWER,
    ' "the documents do not answer this question" [1]\n',
    `${NOT_FOUND_ANSWER}［1］`,
    `**${NOT_FOUND_ANSWER}** [1, 2]`,
  ])('is recognised with any punctuation and citations: %j', (text) => {
    expect(isNotFoundAnswer(text)).toBe(true);
  });

  it.each(ENGLISH)('is recognised in other words: %j', (text) => {
    expect(isNotFoundAnswer(text)).toBe(true);
  });

  it.each(OTHER_LANGUAGES)('is recognised in other languages: %j', (text) => {
    expect(isNotFoundAnswer(text)).toBe(true);
  });

  it.each(ANSWERS)('is not found in an answer that says something: %j', (text) => {
    expect(isNotFoundAnswer(text)).toBe(false);
  });

  it.each([...ENGLISH, ...OTHER_LANGUAGES])(
    'is not found if a cited statement follows or precedes: %j',
    (text) => {
      expect(isNotFoundAnswer(`${text} The port is 8080 [1].`)).toBe(false);
      expect(isNotFoundAnswer(`The port is 8080 [1]. ${text}`)).toBe(false);
    },
  );

  it('is not found in long answers', () => {
    expect(isNotFoundAnswer(`${NOT_FOUND_ANSWER} `.repeat(20))).toBe(false);
  });
});
