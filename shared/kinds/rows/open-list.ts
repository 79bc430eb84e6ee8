import { SmallbatchError } from '../../errors.ts';
import type { SplitContext } from '../../kind.ts';
import { gunzip, readChunks } from '../../lists/bytes.ts';
import { readJsonLines } from '../../lists/jsonl.ts';
import type { Entry } from '../../lists/row.ts';
import { readVirtual, type Virtual } from '../../lists/virtual.ts';
import { toFormat } from './format.ts';
import type { RowsOptions } from './schema.ts';

export type ListEntry = Entry | Virtual;

/** The entries of a run's list, streamed. @throws SmallbatchError LIST_INVALID */
export async function* openList(context: SplitContext<RowsOptions>): AsyncGenerator<ListEntry> {
  const { source } = context;
  const { format, isGzip } = await toFormat(context);
  const chunks = isGzip ? gunzip(readChunks(source)) : readChunks(source);
  switch (format) {
    case 'jsonl':
      return yield* readJsonLines(chunks, !isGzip);
    case 'virtual':
      return yield* readVirtual(source);
    default:
      throw new SmallbatchError('LIST_INVALID', `${format} is not read yet`);
  }
}
