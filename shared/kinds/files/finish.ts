import * as z from 'zod';
import type { FinishContext, ItemResult } from '../../kind.ts';
import type { FilesOptions } from './schema.ts';

const facts = z.object({ sha256: z.string(), size: z.number() });

/** Writes the mirror's own PULP_MANIFEST, of what is there: Pulp's file plugin and this kind read it. */
export async function finish({ results, put }: FinishContext<FilesOptions>): Promise<void> {
  await put('PULP_MANIFEST', toLines(results()), 'text/plain');
}

async function* toLines(results: AsyncIterable<ItemResult>): AsyncGenerator<Uint8Array> {
  for await (const { id, status, detail } of results) {
    if (status === 'failed') continue;
    const { sha256, size } = facts.parse(detail);
    yield Buffer.from(`${id},${sha256},${size}\n`);
  }
}
