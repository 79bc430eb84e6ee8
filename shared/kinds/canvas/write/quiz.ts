import type { ProcessContext } from '../../../kind.ts';
import { type Block, heading, paragraph } from '../../../markdown/block.ts';
import { decodeMarkup } from '../../../text/decode-markup.ts';
import type { ZipMember } from '../../../zip/archive.ts';
import { readMember } from '../../../zip/member.ts';
import { type Group, isText, type QtiPart, type Question } from '../quiz/question.ts';
import { readQti } from '../quiz/read-qti.ts';
import type { Content, MemberData } from '../schema.ts';
import { pointsText } from './details.ts';
import { type Resolve, resolverOf, titleBlock } from './item-text.ts';
import { pieceBlocks, questionBlocks } from './question.ts';
import { quizHead } from './quiz-head.ts';

type Quiz = Extract<Content, { type: 'quiz' }>;
type Context = ProcessContext<unknown>;

/** What was written of a quiz, for the run's report. */
export interface QuizTally {
  questions: number;
  /** Groups that draw from a bank that the export does not have. */
  missingBanks: number;
}

/** How a question is written: for students, or with what is right. */
export type WriteQuestion = (
  question: Question,
  number: number | undefined,
  points: number | undefined,
  resolve: Resolve,
) => Block[];

/** A quiz: what it is, and its questions one after the other; `tally` counts them. */
export async function* quizBlocks(
  data: MemberData,
  quiz: Quiz,
  context: Context,
  tally: QuizTally,
  write: WriteQuestion = questionBlocks,
): AsyncGenerator<Block> {
  const resolve = resolverOf(data.links);
  yield titleBlock(data.listing);
  yield* await quizHead(data, quiz, context, resolve);
  const questions = new QuestionWriter(quiz, context, tally, write, resolve);
  yield* questions.write(quiz.questions ?? data.member);
  if (tally.questions === 0) yield paragraph('The export has no questions of this quiz.');
}

/** Numbers the questions of a quiz, also those that it draws from banks. */
class QuestionWriter {
  readonly #banks: ReadonlyMap<string, ZipMember>;
  readonly #context: Context;
  readonly #tally: QuizTally;
  readonly #write: WriteQuestion;
  readonly #resolve: Resolve;
  #group: Group | undefined;
  #isHeaded = false;

  constructor(
    { banks }: Pick<Quiz, 'banks'>,
    context: Context,
    tally: QuizTally,
    write: WriteQuestion,
    resolve: Resolve,
  ) {
    this.#banks = new Map(banks.map(({ identifier, member }) => [identifier, member]));
    this.#context = context;
    this.#tally = tally;
    this.#write = write;
    this.#resolve = resolve;
  }

  async *write(member: ZipMember): AsyncGenerator<Block> {
    for await (const part of this.#parts(member)) yield* this.#part(part);
  }

  async *#part(part: QtiPart): AsyncGenerator<Block> {
    switch (part.type) {
      case 'question':
        yield* this.#question(part);
        break;
      case 'group':
        this.#group = part;
        yield* this.#draw(part);
        break;
      case 'group-end':
        this.#group = undefined;
        break;
      case 'instructions':
        yield* pieceBlocks(part.pieces, this.#resolve);
        break;
      case 'quiz':
      case 'setting':
        break;
      default:
        part satisfies never;
    }
  }

  *#question(question: Question): Generator<Block> {
    yield* this.#heading();
    if (!isText(question)) this.#tally.questions += 1;
    const number = isText(question) ? undefined : this.#tally.questions;
    yield* this.#write(question, number, this.#group?.pointsEach ?? question.points, this.#resolve);
  }

  async *#draw(group: Group): AsyncGenerator<Block> {
    yield* this.#heading();
    yield paragraph(drawText(group));
    if (group.bank === undefined) return;
    const member = this.#banks.get(group.bank);
    if (member === undefined) {
      this.#tally.missingBanks += 1;
      yield paragraph('The export does not have this question bank.');
      return;
    }
    for await (const part of this.#parts(member)) if (part.type === 'question') yield* this.#question(part);
  }

  *#heading(): Generator<Block> {
    if (!this.#isHeaded) yield heading(2, 'Questions');
    this.#isHeaded = true;
  }

  async *#parts(member: ZipMember): AsyncGenerator<QtiPart> {
    yield* readQti(decodeMarkup(readMember(this.#context.source, member)));
  }
}

function drawText({ title, pick, pointsEach, bank }: Group): string {
  const count = pick === undefined ? 'Some' : String(pick);
  const worth = pointsEach === undefined ? '' : ` (${pointsText(pointsEach)} points each)`;
  const from = bank === undefined ? 'these' : 'those of a question bank';
  const named = title === '' ? '' : `${title}: `;
  const verb = pick === 1 ? 'is' : 'are';
  return `${named}${count} of ${from} ${verb} drawn at random${worth}.`;
}

/** All questions of a bank, with what is right, for teachers. */
export async function* bankBlocks(
  data: MemberData,
  context: Context,
  tally: QuizTally,
  write: WriteQuestion,
): AsyncGenerator<Block> {
  const resolve = resolverOf(data.links);
  const writer = new QuestionWriter({ banks: [] }, context, tally, write, resolve);
  yield heading(1, data.listing.title === '' ? 'Question bank' : data.listing.title);
  yield* writer.write(data.member);
}
