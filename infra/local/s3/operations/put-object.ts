import { parseWriteCondition } from '../conditions.ts';
import { type Exchange, sendEmpty } from '../exchange.ts';
import { parseObjectHeaders } from '../object-headers.ts';
import { openPayload } from '../payload.ts';
import { createObject } from '../store.ts';
import { isVersioned } from '../version.ts';
import { toChecksumHeaders, toVersionHeaders } from './object-fields.ts';

/** S3's limit for what is written in one request: 5 GiB. */
export const WRITE_LIMIT_BYTES = 5 * 1024 ** 3;

export async function putObject(exchange: Exchange): Promise<void> {
  const { store, target, headers, request, tally } = exchange;
  isVersioned(store.catalog, target.bucket);
  const condition = parseWriteCondition(headers);
  const stored = parseObjectHeaders(headers);
  const payload = openPayload(request, {
    limitBytes: WRITE_LIMIT_BYTES,
    tally,
  });
  const { added, measured } = await store.blobs.write(payload.chunks, async (blob) => {
    const { size, md5, checksum } = payload.measured();
    const object = { ...target, segments: [{ blob, size }], etag: md5, headers: stored, checksum };
    return { added: await createObject(store, object, condition), measured: payload.measured() };
  });
  sendEmpty(exchange, 200, {
    etag: `"${measured.md5}"`,
    ...toChecksumHeaders(measured.checksum),
    ...toVersionHeaders(exchange, added.versionId),
  });
}
