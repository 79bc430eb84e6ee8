import { isVirtual, type RowItem } from './row-items.ts';
import type { RowsOptions } from './schema.ts';

/** Items of a call travel in one message, which may have 1 MiB; what stands around the items needs little. */
const MESSAGE_BYTES_MAX = 800_000;

/**
 * Which call each row goes in: consecutive rows, bounded by count and bytes. Rows that are left out take no place. Those of a
 * virtual list stay where their number says, so that cluster 17 of 10,000 means the same rows in every run.
 */
export class CallNumbers {
  readonly #options: Pick<RowsOptions, 'clusterItems' | 'clusterBytes'>;
  #call = 0;
  #items = 0;
  #bytes = 0;
  #messageBytes = 0;

  constructor(options: Pick<RowsOptions, 'clusterItems' | 'clusterBytes'>) {
    this.#options = options;
  }

  next(item: RowItem, isLeftOut: boolean): number {
    if (isVirtual(item)) return Math.floor(item.data.n / this.#options.clusterItems);
    if (isLeftOut) return this.#call;
    const messageBytes = JSON.stringify(item).length;
    if (this.#items > 0 && !this.#hasRoom(item.bytes, messageBytes)) this.#open();
    this.#items++;
    this.#bytes += item.bytes;
    this.#messageBytes += messageBytes;
    return this.#call;
  }

  #hasRoom(bytes: number, messageBytes: number): boolean {
    return (
      this.#items < this.#options.clusterItems &&
      this.#bytes + bytes <= this.#options.clusterBytes &&
      this.#messageBytes + messageBytes <= MESSAGE_BYTES_MAX
    );
  }

  #open(): void {
    this.#call++;
    this.#items = 0;
    this.#bytes = 0;
    this.#messageBytes = 0;
  }
}
