import type { XmlElement } from '../../../xml/read.ts';
import { MaterialReader } from './material-reader.ts';
import { numberOf } from './number-of.ts';
import type { Answer, Choice, Feedback, Piece, Question, Response } from './question.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

const RESPONSE = /^response_(?:lid|str|grp|num|xy)$/;
const COMPARISON = /^(?:varequal|vargte?|varlte?|varsubstring)$/;
/** Where a question's text stands; what is elsewhere in it (hints, solutions, scoring) is not for students. */
type Zone = 'presentation' | 'resprocessing' | 'itemfeedback';
const ZONES: ReadonlySet<string> = new Set(['presentation', 'resprocessing', 'itemfeedback']);

/** Reads one `<item>`. */
export class ItemReader {
  readonly element: XmlElement;
  readonly #fields = new Map<string, string>();
  readonly #prompt: Piece[] = [];
  readonly #responses: Mutable<Response>[] = [];
  readonly #answers: Answer[] = [];
  readonly #feedback: Feedback[] = [];
  #zone: { name: Zone; element: XmlElement } | undefined;
  #material: MaterialReader | undefined;
  #response: { element: XmlElement; response: Mutable<Response> } | undefined;
  #choice: { element: XmlElement; choice: Mutable<Choice> } | undefined;
  #condition: { compared: Answer[]; scores: boolean } | undefined;
  #negated = 0;
  #label = '';

  constructor(element: XmlElement) {
    this.element = element;
  }

  open(element: XmlElement): void {
    if (this.#zone === undefined) {
      if (ZONES.has(element.name)) this.#enter({ name: element.name as Zone, element });
    } else if (this.#zone.name === 'resprocessing') this.#openScoring(element);
    else if (this.#zone.name === 'presentation') this.#openShown(element);
    this.#material?.open(element);
  }

  text(text: string): void {
    this.#material?.text(text);
  }

  close(element: XmlElement, text: string): void {
    this.#material?.close(element);
    if (this.#zone === undefined) this.#closeField(element, text.trim());
    else if (this.#zone.name === 'resprocessing') this.#closeScoring(element, text.trim());
    else if (this.#zone.name === 'presentation') this.#closeShown(element);
    if (element === this.#zone?.element) this.#leave(this.#zone);
  }

  question(): Question {
    const field = (name: string): string | undefined => this.#fields.get(name);
    return {
      type: 'question',
      kind: field('question_type') ?? field('cc_profile') ?? '',
      title: this.element.attributes.get('title') ?? '',
      points: numberOf(field('points_possible') ?? field('cc_weighting') ?? ''),
      prompt: this.#prompt,
      responses: this.#responses,
      answers: this.#answers,
      feedback: this.#feedback,
    };
  }

  #enter(zone: { name: Zone; element: XmlElement }): void {
    this.#zone = zone;
    this.#material = zone.name === 'resprocessing' ? undefined : new MaterialReader();
  }

  #leave({ name, element }: { name: Zone; element: XmlElement }): void {
    const pieces = this.#material?.pieces ?? [];
    if (name === 'presentation') this.#prompt.push(...pieces);
    if (name === 'itemfeedback' && pieces.length > 0)
      this.#feedback.push({ identifier: element.attributes.get('ident') ?? '', pieces });
    this.#material = undefined;
    this.#zone = undefined;
  }

  #closeField({ name }: XmlElement, text: string): void {
    if (name === 'fieldlabel') this.#label = text;
    if (name === 'fieldentry') this.#fields.set(this.#label, text);
  }

  /** What stood before an answer's place belongs to the question; what stands in it, to that place or to its choice. */
  #openShown(element: XmlElement): void {
    const identifier = element.attributes.get('ident') ?? '';
    if (RESPONSE.test(element.name)) {
      this.#prompt.push(...this.#taken());
      this.#response = { element, response: { identifier, label: [], choices: [] } };
      this.#responses.push(this.#response.response);
    } else if (element.name === 'response_label' && this.#response !== undefined) {
      this.#response.response.label.push(...this.#taken());
      this.#choice = { element, choice: { identifier, pieces: [] } };
    }
  }

  #closeShown(element: XmlElement): void {
    if (element === this.#choice?.element) {
      this.#choice.choice.pieces.push(...this.#taken());
      this.#response?.response.choices.push(this.#choice.choice);
      this.#choice = undefined;
    } else if (element === this.#response?.element) {
      this.#response.response.label.push(...this.#taken());
      this.#response = undefined;
    }
  }

  #taken(): Piece[] {
    return this.#material?.pieces.splice(0) ?? [];
  }

  #openScoring({ name }: XmlElement): void {
    if (name === 'respcondition') this.#condition = { compared: [], scores: false };
    if (name === 'not') this.#negated += 1;
  }

  #closeScoring({ name, attributes }: XmlElement, text: string): void {
    const condition = this.#condition;
    if (name === 'not') this.#negated -= 1;
    if (condition === undefined) return;
    if (COMPARISON.test(name) && this.#negated === 0)
      condition.compared.push({ response: attributes.get('respident') ?? '', value: text, comparison: name });
    if (name === 'setvar' && (numberOf(text) ?? 0) > 0) condition.scores = true;
    if (name !== 'respcondition') return;
    if (condition.scores) this.#answers.push(...condition.compared);
    this.#condition = undefined;
  }
}
