import { basename } from 'node:path/posix';
import { SmallbatchError } from '../../errors.ts';
import type { SplitContext } from '../../kind.ts';
import { isVirtual } from '../../lists/virtual.ts';
import { readRange } from '../../range-source.ts';
import { FORMATS, type Format, type RowsOptions } from './schema.ts';

const BY_ENDING: Readonly<Record<string, Format>> = {
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  csv: 'csv',
  tsv: 'csv',
  txt: 'text',
  text: 'text',
  list: 'text',
  parquet: 'parquet',
};
/** A document that says what the list is (a count, a prefix, an inventory) is small; what is larger holds the rows itself. */
const DOCUMENT_BYTES_MAX = 4 * 1024 * 1024;

/**
 * What a list is: by option, by its name's ending, and for `.json` by what it says.
 * @throws SmallbatchError OPTIONS_INVALID when it can't be told
 */
export async function toFormat({
  source,
  options,
}: Pick<SplitContext<RowsOptions>, 'source' | 'options'>): Promise<{ format: Format; isGzip: boolean }> {
  const isGzip = await hasGzipMagic(source);
  const name = basename(source.key).toLowerCase().replace(/\.gz$/, '');
  const ending = name.slice(name.lastIndexOf('.') + 1);
  const format = options.format ?? BY_ENDING[ending];
  if (format) return { format, isGzip };
  if (ending === 'json') return { format: isGzip ? 'json' : await toDocumentFormat(source), isGzip };
  throw new SmallbatchError(
    'OPTIONS_INVALID',
    `expected a list whose name tells its format, found ${name}; name it by the option format: ${FORMATS.join(', ')}`,
  );
}

async function hasGzipMagic(source: SplitContext<RowsOptions>['source']): Promise<boolean> {
  if (source.size < 2) return false;
  const [first, second] = await readRange(source, 0, 2);
  return first === 0x1f && second === 0x8b;
}

async function toDocumentFormat(source: SplitContext<RowsOptions>['source']): Promise<Format> {
  if (source.size === 0 || source.size > DOCUMENT_BYTES_MAX) return 'json';
  const value = parse((await readRange(source, 0, source.size)).toString());
  if (typeof value !== 'object' || value === null) return 'json';
  if (isVirtual(value)) return 'virtual';
  if (Object.keys(value).join() === 'prefix') return 's3-prefix';
  return 'fileSchema' in value && 'files' in value ? 's3-inventory' : 'json';
}

/** What is no JSON is the reader's to say, with its place. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
