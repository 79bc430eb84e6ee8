import * as z from 'zod';
import { type RangeSource, readRange } from '../range-source.ts';
import { type Entry, listInvalid } from './row.ts';

const DOCUMENT_BYTES_MAX = 4000;
const document = z.strictObject({ prefix: z.string().regex(/^s3:\/\/[^/]+\/.*$/) });

interface Listed {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly lastModified: Date;
}

export interface PrefixReading {
  /** The objects below a prefix in the order of their keys. */
  list(bucket: string, prefix: string): AsyncIterable<Listed>;
  leaveOut(what: string): void;
  readonly all: boolean;
}

/**
 * The objects below a prefix, which the document `{"prefix": "s3://bucket/prefix/"}` names: each is a row `{Bucket, Key, Size,
 * ETag, LastModified}`, in the order of the keys. Folder keys are left out.
 * @throws SmallbatchError LIST_INVALID, ADDRESS_REFUSED
 */
export async function* readPrefix(source: RangeSource, reading: PrefixReading): AsyncGenerator<Entry> {
  const bytes = source.size > 0 ? await readRange(source, 0, Math.min(source.size, DOCUMENT_BYTES_MAX)) : '';
  const [bucket, prefix] = parse(bytes.toString());
  for await (const { key, size, etag, lastModified } of reading.list(bucket, prefix)) {
    if (key.endsWith('/') && size === 0 && !reading.all) {
      reading.leaveOut('folder keys');
      continue;
    }
    const row = {
      Bucket: bucket,
      Key: key,
      Size: size,
      ETag: etag,
      LastModified: lastModified.toISOString(),
    };
    yield { type: 'row', json: Buffer.from(JSON.stringify(row)), byte: 0 };
  }
}

function parse(text: string): [string, string] {
  try {
    const { prefix } = document.parse(JSON.parse(text));
    const [, bucket = '', rest = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(prefix) ?? [];
    return [bucket, rest];
  } catch (cause) {
    const found = JSON.stringify(text.slice(0, 80));
    throw listInvalid({ line: 1, byte: 0 }, `expected {"prefix": "s3://<bucket>/<prefix>"}, found ${found}`, {
      cause,
    });
  }
}
