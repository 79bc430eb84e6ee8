/** A run of text in a question, as it stands in the QTI: HTML or plain. */
export interface Piece {
  readonly text: string;
  readonly isHtml: boolean;
}

export interface Choice {
  readonly identifier: string;
  readonly pieces: readonly Piece[];
}

/** One place for an answer: choices to pick from, or a field to write in. */
export interface Response {
  readonly identifier: string;
  /** What stands beside it: the left side of a match, a blank's name. */
  readonly label: readonly Piece[];
  readonly choices: readonly Choice[];
}

/** What counts as right, for teachers: the values of one response that score. */
export interface Answer {
  readonly response: string;
  readonly value: string;
  /** How a value is compared: `varequal`, `vargte` … */
  readonly comparison: string;
}

export interface Feedback {
  readonly identifier: string;
  readonly pieces: readonly Piece[];
}

export interface Question {
  readonly type: 'question';
  /** Canvas' type (`multiple_choice_question`), or Common Cartridge's profile (`cc.multiple_choice.v0p1`). */
  readonly kind: string;
  readonly title: string;
  readonly points: number | undefined;
  readonly prompt: readonly Piece[];
  readonly responses: readonly Response[];
  readonly answers: readonly Answer[];
  readonly feedback: readonly Feedback[];
}

/** What a QTI 1.2 document has, in its order. */
export type QtiPart =
  | { readonly type: 'quiz'; readonly title: string }
  | { readonly type: 'setting'; readonly name: string; readonly value: string }
  | { readonly type: 'instructions'; readonly pieces: readonly Piece[] }
  | Group
  | { readonly type: 'group-end' }
  | Question;

/** Questions of which some are drawn at random, from those that follow or from a question bank. */
export interface Group {
  readonly type: 'group';
  readonly title: string;
  readonly pick: number | undefined;
  readonly pointsEach: number | undefined;
  /** Identifier of the bank. */
  readonly bank: string | undefined;
}

/** Everything that students read of a question. */
export function textsOf(question: Question): Piece[] {
  const { prompt, responses } = question;
  const shown = responses.flatMap(({ label, choices }) => [
    ...label,
    ...(hasOpenChoices(question) ? choices.flatMap(({ pieces }) => pieces) : []),
  ]);
  return [...prompt, ...shown];
}

/** In a question with blanks to fill in, the choices are what is to be found out. */
export function hasOpenChoices({ kind }: Pick<Question, 'kind'>): boolean {
  return !/^fill_in_|short_answer|^cc\.fib|^cc\.pattern|numerical|calculated|formula|fill_blank/.test(kind);
}

/** Text between the questions, not one of them. */
export function isText({ kind }: Pick<Question, 'kind'>): boolean {
  return kind === 'text_only_question';
}
