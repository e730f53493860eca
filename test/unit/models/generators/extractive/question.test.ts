import { describe, expect, it } from 'vitest';
import { parseQuestion } from '../../../../../src/models/generators/extractive/question.ts';

describe('parseQuestion', () => {
  it('derives the answer type from the question word, in English and Korean', () => {
    const types: Record<string, string> = {
      'who wrote the manual': 'person',
      'When was it released?': 'time',
      'what year did it start': 'time',
      'where is the log': 'place',
      'how many retries are made': 'number',
      'why does it fail': 'reason',
      'How do I deploy?': 'manner',
      'what is a layer': 'thing',
      'retries of the function': 'other',
      '누가 만들었나요?': 'person',
      '언제 시작하나요?': 'time',
      '몇 번 시도하나요?': 'number',
      '왜 필요한가요?': 'reason',
      '어떻게 실행하나요?': 'manner',
      '계층이란 무엇인가요?': 'thing',
    };
    for (const [question, type] of Object.entries(types))
      expect([question, parseQuestion(question).type]).toEqual([question, type]);
  });

  it('keeps the terms of the topic and removes question words', () => {
    expect(parseQuestion('How many retries does the queue make?').terms).toEqual([
      'mani',
      'retri',
      'queue',
      'make',
    ]);
    expect(parseQuestion('How many retries does the queue make?').focus).toBe('retri');
    expect(parseQuestion('캐시란 무엇인가요?').terms).toEqual(['캐시']);
  });

  it('removes Korean particles after Latin letters, where they would otherwise become terms', () => {
    expect(parseQuestion('OAuth2란 무엇인가요?').terms).toEqual(['oauth2']);
    expect(parseQuestion('`async def`는 무엇인가요?').terms).toEqual(['async', 'def']);
    expect(parseQuestion('GET과 POST의 본문').terms).toEqual(['get', 'post', '본문']);
  });

  it('classifies "when should I" as a question for a condition, and "when was" as a question for a time', () => {
    for (const question of [
      'When should I use a cache?',
      'when do you need a lock',
      '캐시는 언제 사용하나요?',
    ])
      expect([question, parseQuestion(question).type]).toEqual([question, 'condition']);
    for (const question of ['when was the cache used', 'When does it start?', '캐시는 언제 만들어졌나요?'])
      expect([question, parseQuestion(question).type]).toEqual([question, 'time']);
  });

  it('treats capitalised words except the first as names, unless most words are capitalised', () => {
    expect(parseQuestion('What is the capital of Mongolia?').names).toEqual(['mongolia']);
    expect(parseQuestion('How To Deploy A Function').names).toEqual([]);
  });
});
