/**
 * Numbers that an item's thread writes and the guard reads while the thread is busy: a shared buffer needs no message.
 * All in bytes, except STAGES (a count).
 */
const WASM = 0;
const STAGES = 1;
const FIRST_STAGE = 2;
const FIELDS = 3;

/** The part of the item's first stage in what it holds, and WASM memory, neither of which can be seen from outside. */
export class MemoryMeter {
  readonly buffer: SharedArrayBuffer;
  readonly #fields: Float64Array;
  #started = 0;

  constructor(buffer = new SharedArrayBuffer(FIELDS * Float64Array.BYTES_PER_ELEMENT)) {
    this.buffer = buffer;
    this.#fields = new Float64Array(buffer);
  }

  get wasm(): number {
    return this.#fields[WASM] ?? 0;
  }

  /** RSS that the item's first stage added; undefined until its second stage begins. */
  get firstStage(): number | undefined {
    return (this.#fields[STAGES] ?? 0) < 2 ? undefined : this.#fields[FIRST_STAGE];
  }

  /** An item begins. */
  begin(): void {
    this.#started = process.memoryUsage.rss();
    this.#fields[STAGES] = 0;
    this.#fields[FIRST_STAGE] = 0;
  }

  /** A stage of the item begins. */
  stage(): void {
    const stages = this.#fields[STAGES] ?? 0;
    if (stages === 1) this.#fields[FIRST_STAGE] = process.memoryUsage.rss() - this.#started;
    this.#fields[STAGES] = stages + 1;
  }

  /** Adds up every WASM memory that this thread makes or grows from now on (by JavaScript, as Emscripten does). */
  watchWasm(): void {
    const fields = this.#fields;
    const { grow } = WebAssembly.Memory.prototype;
    const PAGE = 65_536;
    WebAssembly.Memory.prototype.grow = function (this: WebAssembly.Memory, pages: number) {
      const before = grow.call(this, pages);
      fields[WASM] = (fields[WASM] ?? 0) + pages * PAGE;
      return before;
    };
  }
}
