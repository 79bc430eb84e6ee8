import { SmallbatchError } from '../../errors.ts';
import type { ProcessContext } from '../../kind.ts';
import { readChunks } from '../../lists/bytes.ts';
import type { FilesOptions } from './schema.ts';

/** An object of a bucket that the config lets this kind read: `s3://bucket/key`, URL-encoded. @throws SmallbatchError */
export async function* openObject(
  url: string,
  { objects }: Pick<ProcessContext<FilesOptions>, 'objects'>,
): AsyncGenerator<Uint8Array> {
  const { host, pathname } = new URL(url);
  try {
    yield* readChunks(await objects.open(host, decodeURIComponent(pathname.slice(1))));
  } catch (error) {
    if (!(error instanceof SmallbatchError) || error.code !== 'SOURCE_MISSING') throw error;
    throw new SmallbatchError('UPSTREAM_MISSING', error.message, { cause: error });
  }
}
