import { basename } from 'node:path/posix';
import type { SplitContext } from '../../kind.ts';
import { gunzip, readChunks } from '../../lists/bytes.ts';
import { readCsv } from '../../lists/csv.ts';
import type { FileListEntry } from '../../lists/file-entry.ts';
import { toFiles } from '../../lists/file-rows.ts';
import { readJsonLines } from '../../lists/jsonl.ts';
import { readChecksums, readPulpManifest } from '../../lists/manifest-lines.ts';
import { readTextLines } from '../../lists/text.ts';
import type { FilesOptions, Format } from './schema.ts';

/** The entries of a run's list, streamed. @throws SmallbatchError LIST_INVALID */
export function openList({ source, options }: SplitContext<FilesOptions>): AsyncIterable<FileListEntry> {
  const isGzip = /\.gz$/i.test(source.key);
  const chunks = isGzip ? gunzip(readChunks(source)) : readChunks(source);
  const format = options.format ?? toFormat(basename(source.key).replace(/\.gz$/i, ''));
  switch (format) {
    case 'pulp':
      return readPulpManifest(chunks);
    case 'sha256sums':
      return readChecksums(chunks);
    case 'jsonl':
      return toFiles(readJsonLines(chunks, false));
    case 'csv':
      return toFiles(readCsv(chunks, ','));
    case 'text':
      return toFiles(readTextLines(chunks));
    default:
      return format satisfies never;
  }
}

function toFormat(name: string): Format {
  if (/SHA256SUMS?(\.txt)?$/i.test(name)) return 'sha256sums';
  if (/\.(jsonl|ndjson)$/i.test(name)) return 'jsonl';
  if (/\.csv$/i.test(name)) return 'csv';
  return /\.(txt|text|list)$/i.test(name) ? 'text' : 'pulp';
}
