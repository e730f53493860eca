import type { AnswerSummary, Calibration, OutcomeShare, OutcomeSummary } from '../../measure/index.ts';
import { table } from '../output.ts';

/** Outcomes in the order in which they are shown, with their names and the group of which they are a share. */
const ROWS = [
  ['right', 'right', 'answerable'],
  ['wrong', 'wrong', 'answerable'],
  ['wronglyRefused', 'wrongly refused', 'answerable'],
  ['unchecked', 'answered, no gold answer', 'answerable'],
  ['rightlyRefused', 'rightly refused', 'unanswerable'],
  ['answeredUnanswerable', 'answered although unanswerable', 'unanswerable'],
] as const;

/** The quality of answers as text. */
export function answersText(answers: AnswerSummary): string {
  const { outcomes, byKind, calibration } = answers;
  const parts = [
    `answers: ${answers.meanCharacters.toFixed(0)} characters and ${answers.meanSentences.toFixed(1)} sentences on average, ${percent(answers.notFound)} % not found`,
    ...(outcomes === undefined ? [] : [outcomesText(outcomes)]),
    ...(byKind === undefined ? [] : [byKindText(byKind)]),
    ...(calibration === undefined ? [] : [calibrationText(calibration)]),
  ];
  return parts.join('\n\n');
}

function outcomesText(outcomes: OutcomeSummary): string {
  const rows = ROWS.flatMap(([name, label, group]) => {
    const of = outcomes[name];
    if (of === undefined || (name === 'unchecked' && of.count === 0)) return [];
    return [[label, `${of.count} of ${outcomes[group]} ${group}`, of.share.toFixed(3), intervalOf(of)]];
  });
  return table(['outcome', 'questions', 'share', '95 % interval'], rows);
}

function byKindText(byKind: NonNullable<AnswerSummary['byKind']>): string {
  const rows = Object.entries(byKind).map(([kind, outcomes]) => [
    kind,
    `${outcomes.answerable}`,
    cell(outcomes.right),
    cell(outcomes.wronglyRefused),
    `${outcomes.unanswerable}`,
    cell(outcomes.rightlyRefused),
  ]);
  const headings = ['kind', 'answerable', 'right', 'wrongly refused', 'unanswerable', 'rightly refused'];
  return table(headings, rows);
}

function calibrationText({ answers, expectedCalibrationError, bins }: Calibration): string {
  const rows = bins.map(({ from, to, count, meanConfidence, right }) => [
    `${from.toFixed(1)} - ${to.toFixed(1)}`,
    `${count}`,
    meanConfidence.toFixed(3),
    right.toFixed(3),
  ]);
  return [
    `confidence: expected calibration error ${expectedCalibrationError.toFixed(3)} over ${answers} answers`,
    table(['confidence', 'answers', 'mean confidence', 'share right'], rows),
  ].join('\n');
}

const cell = (of: OutcomeShare | undefined): string =>
  of === undefined ? '-' : `${of.share.toFixed(2)} (${intervalOf(of, 2)})`;

const intervalOf = ({ interval: [low, high] }: OutcomeShare, digits = 3): string =>
  `${low.toFixed(digits)} - ${high.toFixed(digits)}`;

const percent = (share: number): string => (100 * share).toFixed(1);
