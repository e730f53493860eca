export { answerQuestion } from './answer.ts';
export * from './port.ts';
export * from './settings.ts';
