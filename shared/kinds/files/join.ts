import { SmallbatchError, toFailure } from '../../errors.ts';
import { throughPut } from '../../http/through-put.ts';
import type { Item, ItemResult, JoinContext, Outcome } from '../../kind.ts';
import type { FilesData, FilesOptions } from './schema.ts';
import { type Seen, verified } from './verified.ts';

type Context = JoinContext<FilesOptions>;

/** Puts a file together from its parts, which are in order; the whole is checked as any other file is. */
export async function join({ data }: Item<FilesData>, context: Context): Promise<Outcome<FilesData>> {
  const seen: Seen = { sha256: '', size: 0 };
  const body = verified(parts(data.name, context), data, seen);
  try {
    const output = await throughPut(body, (checked) =>
      context.put(data.name, checked, 'application/octet-stream'),
    );
    return { type: 'done', outputs: [output], detail: { sha256: seen.sha256, size: seen.size } };
  } catch (error) {
    // What is wrong with the file has a code of its own, which is not that of a join that failed.
    if (!(error instanceof SmallbatchError)) throw error;
    return { type: 'done', outputs: [], failure: toFailure(error) };
  }
}

async function* parts(name: string, { results, read }: Context): AsyncGenerator<Uint8Array> {
  for await (const result of results) {
    const [output] = result.outputs;
    if (!output) throw toPartError(name, result);
    yield* read(output);
  }
}

const toPartError = (name: string, { failure }: ItemResult): SmallbatchError =>
  new SmallbatchError(
    failure?.code ?? 'JOIN_FAILED',
    `${name}: a part: ${failure?.message ?? 'it has no output'}`,
  );
