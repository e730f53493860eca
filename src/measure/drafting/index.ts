export {
  type DraftedQuestion,
  type DraftOptions,
  type DraftPassage,
  draftQuestions,
} from './draft-questions.ts';
