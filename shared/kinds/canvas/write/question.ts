import { type Block, bullets, heading, paragraph } from '../../../markdown/block.ts';
import { plainText, text } from '../../../markdown/inline.ts';
import {
  type Choice,
  hasOpenChoices,
  isText,
  type Piece,
  type Question,
  type Response,
} from '../quiz/question.ts';
import { plainName, pointsText } from './details.ts';
import { type Resolve, textBlocks } from './item-text.ts';

/** What a question is called by its type: Canvas' own, New Quizzes', and the profiles of Common Cartridge. */
const KINDS: Readonly<Record<string, string>> = {
  multiple_choice_question: 'Multiple choice',
  'cc.multiple_choice.v0p1': 'Multiple choice',
  multiple_answers_question: 'Multiple answers',
  'cc.multiple_response.v0p1': 'Multiple answers',
  true_false_question: 'True or false',
  'cc.true_false.v0p1': 'True or false',
  short_answer_question: 'Fill in the blank',
  'cc.fib.v0p1': 'Fill in the blank',
  'cc.pattern_match.v0p1': 'Fill in the blank',
  fill_in_multiple_blanks_question: 'Fill in the blanks',
  multiple_dropdowns_question: 'Multiple dropdowns',
  matching_question: 'Matching',
  numerical_question: 'Numerical answer',
  calculated_question: 'Formula',
  essay_question: 'Essay',
  'cc.essay.v0p1': 'Essay',
  file_upload_question: 'File upload',
  text_only_question: 'Text',
};

/** A question as its students see it: text and choices, never what is right. `number`: from 1; undefined for text between questions. */
export function questionBlocks(
  question: Question,
  number: number | undefined,
  points: number | undefined,
  resolve: Resolve,
): Block[] {
  const worth =
    points === undefined || isText(question)
      ? ''
      : ` (${pointsText(points)} ${points === 1 ? 'point' : 'points'})`;
  const title = `${number === undefined ? '' : `${number}. `}${kindName(question.kind)}${worth}`;
  return [heading(3, title), ...pieceBlocks(question.prompt, resolve), ...responseBlocks(question, resolve)];
}

function kindName(kind: string): string {
  const name = plainName(kind.replace(/_question$/, ''));
  return KINDS[kind] ?? (name === '' ? 'Question' : name.charAt(0).toUpperCase() + name.slice(1));
}

export function pieceBlocks(pieces: readonly Piece[], resolve: Resolve): Block[] {
  return pieces.flatMap(({ text, isHtml }) => [...textBlocks(text, isHtml, resolve)]);
}

function responseBlocks(question: Question, resolve: Resolve): Block[] {
  const { responses } = question;
  if (!hasOpenChoices(question)) return blankBlocks(responses, resolve);
  const [first, ...others] = responses;
  if (first === undefined) return [];
  const isMatch = others.length > 0 && responses.every((response) => hasSameChoices(response, first));
  if (isMatch) return matchBlocks(responses, first, resolve);
  const isOrdering = /ordering|sequence/.test(question.kind);
  return responses.flatMap((response) => [
    ...labelBlocks(response, resolve),
    ...choiceBlocks(isOrdering ? sorted(response.choices) : response.choices, resolve),
  ]);
}

/** The names of the blanks; what is to be written there is not said. */
function blankBlocks(responses: readonly Response[], resolve: Resolve): Block[] {
  const names = responses.flatMap(({ label }) => pieceBlocks(label, resolve));
  return names.length === 0 ? [] : [paragraph('Blanks:'), bullets(names.map((name) => [name]))];
}

function hasSameChoices(a: Response, b: Response): boolean {
  const ids = (response: Response): string =>
    JSON.stringify(response.choices.map(({ identifier }) => identifier));
  return a.choices.length > 0 && ids(a) === ids(b);
}

/** The choices are sorted: exports have them in the order of what they belong to. */
function matchBlocks(responses: readonly Response[], { choices }: Response, resolve: Resolve): Block[] {
  const sides = responses.map(({ label }) => pieceBlocks(label, resolve));
  return [paragraph('Match:'), bullets(sides), paragraph('With:'), ...choiceBlocks(sorted(choices), resolve)];
}

function labelBlocks({ label }: Response, resolve: Resolve): Block[] {
  return pieceBlocks(label, resolve).map((block) =>
    block.type === 'paragraph' ? paragraph([text(plainText(block.content), { bold: true })]) : block,
  );
}

function choiceBlocks(choices: readonly Choice[], resolve: Resolve): Block[] {
  const shown = choices
    .map(({ pieces }) => pieceBlocks(pieces, resolve))
    .filter((blocks) => blocks.length > 0);
  return shown.length === 0 ? [] : [bullets(shown)];
}

function sorted(choices: readonly Choice[]): Choice[] {
  const key = ({ pieces }: Choice): string => pieces.map(({ text }) => text).join(' ');
  return [...choices].sort((a, b) => key(a).localeCompare(key(b), 'en'));
}
