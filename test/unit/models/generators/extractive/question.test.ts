import { describe, expect, it } from 'vitest';
import {
  parseQuestion,
  type QuestionWord,
} from '../../../../../src/models/generators/extractive/question/question.ts';

const words = (question: string) => parseQuestion(question).words.map(({ term, stem }) => term ?? stem);
const names = (question: string, isNamed: (word: QuestionWord) => boolean) =>
  parseQuestion(question)
    .words.filter(isNamed)
    .map(({ text }) => text);

describe('parseQuestion', () => {
  it('recognises what a question asks for, in English and Korean', () => {
    const kinds: Record<string, string> = {
      'who wrote the manual': 'person',
      'When was it released?': 'time',
      'When should I use a layer?': 'condition',
      'where is the log': 'place',
      'how many retries are made': 'number',
      "What's the maximum size of a message?": 'number',
      'How long may a request take?': 'duration',
      'How often are logs deleted?': 'frequency',
      'why does it fail': 'reason',
      'What was the increase in sales driven by?': 'reason',
      'Which factors contributed to the delay?': 'reason',
      'What led to the delay?': 'reason',
      'Exports as CSV: which encoding is used when I choose none?': 'which',
      'Hide the colours when printing': 'other',
      'end of the ferry season when': 'time',
      'What is stored when the journey ends?': 'what',
      'What is caching?': 'definition',
      'What does TTL stand for?': 'definition',
      'What is the fair value of the pump?': 'number',
      'What is fair value based on?': 'what',
      'What does cost of sales consist of?': 'what',
      'How do I deploy?': 'manner',
      'Qualified vs unqualified names': 'difference',
      'Can an alias point to an alias?': 'yesno',
      'what is a layer': 'definition',
      'Which header contains the error?': 'which',
      'what does the header contain': 'what',
      'retries of the function': 'other',
      'What does the server reply when a call fails?': 'what',
      'How do I revoke a token when a user leaves?': 'manner',
      'When a call fails, does the queue retry it?': 'yesno',
      'When it fails, which header says so?': 'which',
      'who was the keeper when the lamp broke': 'person',
      'The call fails when it is large. Why?': 'reason',
      'What does a subscription cost per month?': 'number',
      'How long can a function run? Thanks!': 'duration',
      'How long can a function run? I use Python.': 'duration',
      'How many layers can I add? Please answer briefly.': 'number',
      'My function stopped. How long can a function run?': 'duration',
      'difference between npm install vs. npm ci?': 'difference',
      'Which limits apply, e.g. memory, to a function?': 'which',
      'What does the error "Can\'t find it. Is it there?" mean?': 'definition',
      "Don't I need a token?": 'yesno',
      'Hi, is it possible to retry?': 'yesno',
      'For a private package, do I need a token?': 'yesno',
      'Can you tell me how long a function can run?': 'duration',
      'Do you know where the logs are kept?': 'place',
      'When a request is invalid what code does it return?': 'which',
      'Why is the payload limit 6 MB?': 'reason',
      'How do I increase the memory limit?': 'manner',
      'What does the cost explorer show?': 'what',
      '함수는 얼마나 오래 실행되나요? 감사합니다.': 'duration',
      '최대 크기를 설정하는 방법은?': 'manner',
      'Where is the page that shows how long it took?': 'place',
      'When would I be better off with a layer?': 'condition',
      'How can I limit the results?': 'manner',
      "What's the limit of results?": 'number',
      '누가 만들었나요?': 'person',
      '언제 시작하나요?': 'time',
      '몇 번 시도하나요?': 'number',
      '캐시는 몇 초 유지되나요?': 'duration',
      '로그는 얼마나 자주 삭제되나요?': 'frequency',
      '왜 필요한가요?': 'reason',
      '어떻게 실행하나요?': 'manner',
      '계층이란 무엇인가요?': 'definition',
    };
    for (const [question, kind] of Object.entries(kinds))
      expect([question, parseQuestion(question).kind]).toEqual([question, kind]);
  });

  it('keeps the words of the topic and removes question words', () => {
    expect(words('How many retries does the queue make?')).toEqual(['mani', 'retri', 'queue', 'make']);
    expect(words('캐시란 무엇인가요?')).toEqual(['캐시']);
  });

  it('removes Korean particles and endings', () => {
    expect(words('쿼리 매개변수를 필수로 선언하려면 어떻게 해요?')).toEqual([
      '쿼리',
      '매개변수',
      '필수',
      '선언',
    ]);
    expect(words('쿼리 매개변수는 필수로 선언해야 하나요?')).toEqual(['쿼리', '매개변수', '필수', '선언']);
    expect(words('OAuth2란 무엇인가요?')).toEqual(['oauth2']);
    expect(words('`async def`는 무엇인가요?')).toEqual(['async', 'def']);
  });

  it('recognises names and identifiers', () => {
    expect(names('When was the lighthouse of Gibraltar painted?', ({ isName }) => isName)).toEqual([
      'Gibraltar',
    ]);
    expect(names('WHEN WAS THE LIGHTHOUSE PAINTED', ({ isName }) => isName)).toEqual([]);
    expect(names('What does use_cache in X-Amz-Function-Error do?', ({ isCode }) => isCode)).toContain(
      'use_cache',
    );
    expect(
      names('The pump stopped. Restarting it did not help. Is Gibraltar down?', ({ isName }) => isName),
    ).toEqual(['Gibraltar']);
    expect(names('async vs sync 차이', ({ isName }) => isName)).toEqual(['async', 'sync']);
    expect(names('redis에서 TTL을 조회하려면?', ({ isName }) => isName)).toEqual(['redis', 'TTL']);
  });
});
