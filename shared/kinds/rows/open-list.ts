import type { SplitContext } from '../../kind.ts';
import { gunzip, readChunks } from '../../lists/bytes.ts';
import { readCsv } from '../../lists/csv.ts';
import { readJsonDocument } from '../../lists/json-document.ts';
import { readJsonLines } from '../../lists/jsonl.ts';
import { readParquet } from '../../lists/parquet.ts';
import type { Entry } from '../../lists/row.ts';
import { readInventory } from '../../lists/s3-inventory.ts';
import { readPrefix } from '../../lists/s3-prefix.ts';
import { readTextLines } from '../../lists/text.ts';
import { readVirtual, type Virtual } from '../../lists/virtual.ts';
import { toFormat } from './format.ts';
import type { RowsOptions } from './schema.ts';

export type ListEntry = Entry | Virtual;

/** The entries of a run's list, streamed. @throws SmallbatchError LIST_INVALID, ADDRESS_REFUSED */
export async function openList(context: SplitContext<RowsOptions>): Promise<AsyncIterable<ListEntry>> {
  const { source, options, objects } = context;
  const { format, isGzip } = await toFormat(context);
  const chunks = isGzip ? gunzip(readChunks(source)) : readChunks(source);
  const reading = { ...objects, leaveOut: context.leaveOut, all: options.all };
  switch (format) {
    case 'jsonl':
      return readJsonLines(chunks, !isGzip);
    case 'json':
      return readJsonDocument(chunks, options.pointer, !isGzip);
    case 'csv':
      return readCsv(chunks, options.delimiter ?? (/\.tsv(\.gz)?$/i.test(source.key) ? '\t' : ','));
    case 'text':
      return readTextLines(chunks);
    case 'parquet':
      return readParquet(source);
    case 's3-inventory':
      return readInventory(source, reading);
    case 's3-prefix':
      return readPrefix(source, reading);
    case 'virtual':
      return readVirtual(source);
    default:
      return format satisfies never;
  }
}
