import { type Block, paragraph } from '../../../markdown/block.ts';
import { plainText } from '../../../markdown/inline.ts';
import { isText, type Piece, type Question } from '../quiz/question.ts';
import { plainName } from './details.ts';
import { pieceBlocks, questionBlocks } from './question.ts';
import type { WriteQuestion } from './quiz.ts';

/** A question with what counts as right and what students are told after it, for teachers. */
export const answerBlocks: WriteQuestion = (question, number, points, resolve) => {
  if (isText(question)) return [];
  const shown = questionBlocks(question, number, points, resolve);
  const answers = question.answers.map((answer) => answerText(question, answer));
  return [
    ...shown,
    ...(answers.length === 0 ? [] : [paragraph(`Right: ${answers.join('; ')}`)]),
    ...question.feedback.flatMap(({ identifier, pieces }) => [
      paragraph(`Feedback (${feedbackName(identifier)}):`),
      ...pieceBlocks(pieces, resolve),
    ]),
  ];
};

function answerText({ responses }: Question, answer: Question['answers'][0]): string {
  const response = responses.find(({ identifier }) => identifier === answer.response);
  const choice = response?.choices.find(({ identifier }) => identifier === answer.value);
  const value = choice === undefined ? answer.value : plainPieces(choice.pieces);
  const label = response === undefined ? '' : plainPieces(response.label);
  const sign = { vargte: '≥ ', vargt: '> ', varlte: '≤ ', varlt: '< ' }[answer.comparison] ?? '';
  return `${label === '' ? '' : `${label}: `}${sign}${value}`;
}

/** The words of a choice on one line. */
function plainPieces(pieces: readonly Piece[]): string {
  const words = (block: Block): string => ('content' in block ? plainText(block.content) : '');
  return pieceBlocks(pieces, () => undefined)
    .map(words)
    .join(' ')
    .trim();
}

function feedbackName(identifier: string): string {
  return plainName(identifier.replace(/_fb$/, ''));
}
