import { SmallbatchError } from '../../errors.ts';
import { withoutCredentials } from '../../safe-text/safe-text.ts';

/** Problems that one message names (it has room for 2,000 characters); more are counted. */
const PROBLEMS_SHOWN = 10;
/** Of a value that is quoted in a message: it comes from the file. */
const QUOTED_CHARS = 60;

/** What is wrong with a requirements file, each with its line. */
export class Problems {
  readonly #file: string;
  readonly #found: string[] = [];
  #count = 0;

  constructor(file: string) {
    this.#file = file;
  }

  get count(): number {
    return this.#count;
  }

  add(where: { readonly line?: number; readonly place?: string }, sentence: string): void {
    this.#count++;
    if (this.#found.length >= PROBLEMS_SHOWN) return;
    const { line, place } = where;
    const parts = [line === undefined ? '' : `line ${line}`, place ?? ''].filter((part) => part !== '');
    this.#found.push(parts.length === 0 ? sentence : `${parts.join(', ')}: ${sentence}`);
  }

  /** @throws SmallbatchError REQUIREMENTS_INVALID with all of them */
  throwIfAny(): void {
    const [first] = this.#found;
    if (first === undefined) return;
    const more = this.#count - this.#found.length;
    const list = [...this.#found, ...(more > 0 ? [`and ${more} more`] : [])];
    const message =
      this.#count === 1
        ? `${this.#file}: ${first}`
        : `${this.#file}: ${this.#count} problems: ${list.join('; ')}`;
    throw new SmallbatchError('REQUIREMENTS_INVALID', message);
  }
}

/** A value as a message shows it: on one line, cut off. */
export function quoted(value: unknown): string {
  const text = withoutCredentials(typeof value === 'string' ? JSON.stringify(value) : String(value));
  return text.length <= QUOTED_CHARS ? text : `${text.slice(0, QUOTED_CHARS)}…`;
}
