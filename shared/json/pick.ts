import { ValueScan } from './value-scan.ts';

/** Which members are kept: `true` a whole value, an object the named members of one. */
export interface Picked {
  readonly [name: string]: true | Picked;
}

export interface PickLimits {
  /** Of the document as a whole, which is never held. */
  readonly maxBytes: number;
  /** Of all values that are kept. */
  readonly maxKeptBytes: number;
}

/** A document that is no JSON object, or over a limit; the message is what was found. */
export class PickError extends Error {}

/** Of one object's names. */
const MAX_NAME_BYTES = 1024;

/**
 * Reads a JSON object as a stream of bytes and parses only the members that are asked for; what lies between is passed over
 * without becoming objects or strings, whatever its size.
 * @throws PickError
 */
export async function pickJson(
  chunks: AsyncIterable<Uint8Array>,
  picked: Picked,
  limits: PickLimits,
): Promise<Readonly<Record<string, unknown>>> {
  const picker = new Picker(picked, limits);
  for await (const chunk of chunks) picker.write(chunk);
  return picker.end();
}

/** An object of which some members are kept. */
interface Level {
  readonly picked: Picked;
  readonly found: Record<string, unknown>;
}

/** What is expected next, beside white space. */
type Expected = 'root' | 'nameOrClose' | 'name' | 'colon' | 'value' | 'commaOrClose' | 'nothing';

/** A name or value that is being passed over. */
interface Passed {
  readonly scan: ValueScan;
  readonly what: 'name' | 'value';
  /** Its bytes, if it is kept. */
  readonly kept: Uint8Array[] | undefined;
}

class Picker {
  readonly #limits: PickLimits;
  readonly #root: Level;
  readonly #levels: Level[] = [];
  #expected: Expected = 'root';
  #passed: Passed | undefined;
  #name = '';
  #bytes = 0;
  #keptBytes = 0;

  constructor(picked: Picked, limits: PickLimits) {
    this.#limits = limits;
    this.#root = { picked, found: {} };
  }

  write(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#limits.maxBytes) throw new PickError(`more than ${this.#limits.maxBytes} bytes`);
    for (let at = 0; at < chunk.length; )
      at = this.#passed ? this.#pass(chunk, at, this.#passed) : this.#mark(chunk, at);
  }

  end(): Readonly<Record<string, unknown>> {
    if (this.#expected !== 'nothing') throw new PickError(`no whole JSON object in ${this.#bytes} bytes`);
    return this.#root.found;
  }

  /** Goes over the name or value at hand. */
  #pass(chunk: Uint8Array, at: number, passed: Passed): number {
    const end = passed.scan.end(chunk, at);
    this.#keep(passed, chunk.subarray(at, end));
    if (end === undefined) return chunk.length;
    this.#passed = undefined;
    if (passed.what === 'name') this.#name = String(parse(passed.kept));
    else if (passed.kept) this.#level().found[this.#name] = parse(passed.kept);
    this.#expected = passed.what === 'name' ? 'colon' : 'commaOrClose';
    return end;
  }

  #keep({ kept, what }: Passed, bytes: Uint8Array): void {
    if (!kept) return;
    kept.push(bytes);
    if (what === 'value') this.#keptBytes += bytes.length;
    else if (kept.reduce((sum, { length }) => sum + length, 0) > MAX_NAME_BYTES)
      throw new PickError(`a name of more than ${MAX_NAME_BYTES} bytes`);
    if (this.#keptBytes > this.#limits.maxKeptBytes)
      throw new PickError(`more than ${this.#limits.maxKeptBytes} bytes in the members that are needed`);
  }

  /** Takes one byte between names and values. */
  #mark(chunk: Uint8Array, at: number): number {
    const mark = String.fromCharCode(chunk[at] ?? 0);
    if (' \t\r\n'.includes(mark)) return at + 1;
    if (this.#expected === 'value') return this.#value(chunk[at] ?? 0, at);
    if (mark === '"' && (this.#expected === 'name' || this.#expected === 'nameOrClose')) {
      this.#passed = { scan: new ValueScan(chunk[at] ?? 0), what: 'name', kept: [] };
      return at;
    }
    this.#punctuation(mark);
    return at + 1;
  }

  #value(first: number, at: number): number {
    const wanted = this.#wanted();
    if (typeof wanted === 'object' && first === OPEN_BRACE) {
      this.#open({ picked: wanted, found: {} });
      return at + 1;
    }
    this.#passed = { scan: new ValueScan(first), what: 'value', kept: wanted === true ? [] : undefined };
    return at;
  }

  #punctuation(mark: string): void {
    switch (`${this.#expected} ${mark}`) {
      case 'root {':
        this.#levels.push(this.#root);
        this.#expected = 'nameOrClose';
        return;
      case 'colon :':
        this.#expected = 'value';
        return;
      case 'commaOrClose ,':
        this.#expected = 'name';
        return;
      case 'nameOrClose }':
      case 'commaOrClose }':
        this.#levels.pop();
        this.#expected = this.#levels.length === 0 ? 'nothing' : 'commaOrClose';
        return;
      default:
        throw new PickError(`${JSON.stringify(mark)} where no JSON object has it, at byte ${this.#bytes}`);
    }
  }

  #open(level: Level): void {
    this.#level().found[this.#name] = level.found;
    this.#levels.push(level);
    this.#expected = 'nameOrClose';
  }

  #wanted(): true | Picked | undefined {
    const { picked } = this.#level();
    return Object.hasOwn(picked, this.#name) ? picked[this.#name] : undefined;
  }

  #level(): Level {
    return this.#levels.at(-1) ?? this.#root;
  }
}

const OPEN_BRACE = 0x7b;

function parse(kept: readonly Uint8Array[] = []): unknown {
  const text = Buffer.concat(kept).toString('utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PickError(`no JSON in ${JSON.stringify(text.slice(0, 40))}`, { cause: error });
  }
}
