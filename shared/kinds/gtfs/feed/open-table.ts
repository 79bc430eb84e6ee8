import { RecordCounter } from '../../../csv/record-counter.ts';
import type { Failure, Item, SourceObject } from '../../../kind.ts';
import { type IndexedChunk, type IndexedMember, indexMember } from '../../../zip/checkpoints/index-member.ts';
import type { MemberSlice } from '../../../zip/checkpoints/read-slice.ts';
import { ZipError } from '../../../zip/errors.ts';
import { memberFailure } from '../../zip-entries.ts';
import type { GtfsData, TableRef } from '../item-data.ts';
import { GTFS_ZIP_LIMITS, SLICE_BYTES, SLICE_ROWS, WHOLE_TABLE_BYTES } from '../limits.ts';
import { referenceOf } from '../schema/reference.ts';
import { encodingOf, toUtf8 } from '../table/encoding.ts';
import { findHeader, isTableHeader } from '../table/find-header.ts';

export type OpenedTable =
  | { readonly type: 'none'; readonly why: 'no_table'; readonly failure?: Failure }
  | {
      readonly type: 'rows';
      readonly header: readonly string[];
      readonly headerNumber: number;
      readonly chunks: AsyncIterable<Uint8Array>;
    }
  | { readonly type: 'slices'; readonly items: Item<GtfsData>[] };

/** A header must be in a table's first bytes. */
const HEADER_BYTES = 64 * 1024;

/** Looks at the first bytes of a member: is it a table, with which columns, and is it to be cut? */
export async function openTable(ref: TableRef, source: SourceObject): Promise<OpenedTable> {
  const indexed = await indexMember(source, ref.member, GTFS_ZIP_LIMITS);
  const head = await readHead(indexed);
  const encoding = encodingOf(head);
  const text = encoding === 'bytes' ? head : await decodeHead(head, encoding);
  const isAll = head.length >= ref.member.bytes;
  const found = findHeader(text, isAll) ?? { header: [], number: 0 };
  if (!referenceOf(ref.table) && !isTableHeader(found.header)) return { type: 'none', why: 'no_table' };
  const { header, number: headerNumber } = found;
  if (encoding !== 'bytes' || ref.member.bytes <= WHOLE_TABLE_BYTES)
    return { type: 'rows', header, headerNumber, chunks: toUtf8(bytesOf(indexed), encoding) };
  return { type: 'slices', items: await cut(ref, indexed, { header, headerNumber }) };
}

/** A member that is broken at once has no head; what it lacks is told when it is read. */
async function readHead({ chunks }: IndexedMember): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of chunks()) {
      parts.push(Buffer.from(chunk.bytes));
      bytes += chunk.bytes.length;
      if (bytes >= HEADER_BYTES) break;
    }
  } catch (error) {
    if (!(error instanceof ZipError)) throw error;
  }
  return Buffer.concat(parts);
}

async function decodeHead(head: Uint8Array, encoding: 'utf-16le' | 'utf-16be'): Promise<Uint8Array> {
  const chunks = toUtf8(
    (async function* () {
      yield head.subarray(0, head.length & ~1);
    })(),
    encoding,
  );
  return Buffer.concat(await Array.fromAsync(chunks));
}

async function* bytesOf({ chunks }: IndexedMember): AsyncGenerator<Uint8Array> {
  for await (const { bytes } of chunks()) yield bytes;
}

interface Head {
  readonly header: readonly string[];
  readonly headerNumber: number;
}

/** One pass: where the table can be entered, and which record begins there. */
async function cut(ref: TableRef, indexed: IndexedMember, head: Head): Promise<Item<GtfsData>[]> {
  const cutter = new Cutter(ref, indexed, head);
  try {
    for await (const chunk of indexed.chunks()) cutter.see(chunk);
    cutter.end();
  } catch (error) {
    if (!(error instanceof ZipError)) throw error;
    // the rows before the broken place stand
    cutter.end();
    const data: GtfsData = { type: 'other', feed: ref.feed, name: ref.member.name, why: 'broken' };
    cutter.items.push({ id: 'broken', identity: '', bytes: 0, data, failure: memberFailure(error) });
  }
  return cutter.items;
}

interface Open {
  readonly checkpoint: MemberSlice['checkpoint'];
  readonly from: number;
  /** Records before it. */
  readonly record: number;
}

class Cutter {
  readonly items: Item<GtfsData>[] = [];
  readonly #ref: TableRef;
  readonly #dataStart: number;
  readonly #head: Head;
  readonly #counter = new RecordCounter();
  #open: Open;
  /** Taken, and waiting for the first record behind it. */
  #next: MemberSlice['checkpoint'] | undefined;
  #to = 0;
  #dataEnd = 0;

  constructor(ref: TableRef, { dataStart, start }: IndexedMember, head: Head) {
    this.#ref = ref;
    this.#dataStart = dataStart;
    this.#head = head;
    this.#open = { checkpoint: start, from: 0, record: 0 };
  }

  see(chunk: IndexedChunk): void {
    this.#counter.scan(chunk.bytes);
    this.#to = chunk.from + chunk.bytes.length;
    this.#dataEnd = chunk.dataEnd;
    if (this.#next) this.#closeAtRecord(this.#next);
    else if (this.#isLong() && !this.#counter.isQuoted) {
      this.#next = chunk.checkpoint();
      this.#counter.mark();
    }
  }

  /** What is left is the last slice, with a record that may have no end. */
  end(): void {
    this.#push(this.#to);
  }

  #isLong(): boolean {
    const { record, from } = this.#open;
    return this.#counter.records - record >= SLICE_ROWS || this.#to - from >= SLICE_BYTES;
  }

  #closeAtRecord(checkpoint: MemberSlice['checkpoint']): void {
    const { first } = this.#counter;
    if (!first) return;
    this.#push(first.start);
    this.#open = { checkpoint, from: first.start, record: first.record };
    this.#next = undefined;
  }

  #push(to: number): void {
    const { checkpoint, from, record } = this.#open;
    if (to <= from) return;
    const part = this.items.length;
    const slice = { dataStart: this.#dataStart, checkpoint, from, to, dataEnd: this.#dataEnd };
    const data: GtfsData = {
      ...this.#ref,
      type: 'rows',
      header: [...this.#head.header],
      headerNumber: this.#head.headerNumber,
      slice,
      number: record + 1,
      part,
    };
    const bytes = this.#dataEnd - Math.floor(checkpoint.bit / 8);
    this.items.push({ id: `rows ${record + 1}`, identity: `${from}-${to}`, bytes, data });
  }
}
