import { parseWriteCondition } from '../conditions.ts';
import { type Exchange, sendEmpty, sendXml } from '../exchange.ts';
import { openPayload } from '../payload.ts';
import { S3Error } from '../s3-error.ts';
import { isVersioned } from '../version.ts';
import { type Removed, removeObject } from '../versions.ts';
import { childText, readXml, type XmlFields, type XmlNode } from '../xml.ts';

/** S3's limit for one DeleteObjects. */
const KEYS_LIMIT = 1000;

/** A thousand keys of 1,024 bytes, each escaped to six, and as much again for the elements. */
const BODY_LIMIT_BYTES = 8 * 1024 ** 2;

export async function deleteObject(exchange: Exchange): Promise<void> {
  const { target, headers } = exchange;
  const versionId = target.query.get('versionId') ?? undefined;
  const condition = parseWriteCondition(headers);
  const removed = await remove(exchange, { key: target.key, versionId, etag: condition.etag });
  sendEmpty(exchange, 204, {
    'x-amz-version-id': removed.versionId,
    'x-amz-delete-marker': removed.marker ? 'true' : undefined,
  });
}

export async function deleteObjects(exchange: Exchange): Promise<void> {
  const { store, target, request, tally } = exchange;
  isVersioned(store.catalog, target.bucket);
  const payload = openPayload(request, {
    limitBytes: BODY_LIMIT_BYTES,
    tally,
  });
  const { wanted, quiet } = parseDelete(await readXml(payload.chunks));
  const deleted: XmlFields[] = [];
  const errors: XmlFields[] = [];
  for (const one of wanted) {
    try {
      deleted.push(toDeleted(one, await remove(exchange, one)));
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      errors.push({ Key: one.key, VersionId: one.versionId, Code: error.code, Message: error.message });
    }
  }
  sendXml(exchange, 'DeleteResult', { Deleted: quiet ? [] : deleted, Error: errors });
}

interface Wanted {
  readonly key: string;
  readonly versionId?: string | undefined;
  readonly etag?: string | undefined;
}

async function remove({ store, target }: Exchange, { key, versionId, etag }: Wanted): Promise<Removed> {
  const where = { bucket: target.bucket, key, versionId };
  const removed = store.catalog.transaction(() => removeObject(store.catalog, where, { etag }));
  await store.blobs.collect(removed.freed);
  return removed;
}

function parseDelete(root: XmlNode): { wanted: Wanted[]; quiet: boolean } {
  const objects = root.children.filter((child) => child.name === 'Object');
  if (root.name !== 'Delete' || objects.length === 0 || objects.length > KEYS_LIMIT) {
    const message = `Delete: expected 1 to ${KEYS_LIMIT} objects, found ${objects.length}.`;
    throw new S3Error('MalformedXML', { message });
  }
  return { wanted: objects.map(parseWanted), quiet: childText(root, 'Quiet') === 'true' };
}

function parseWanted(node: XmlNode): Wanted {
  const key = childText(node, 'Key');
  if (!key) throw new S3Error('MalformedXML', { message: 'Delete: an Object has no Key.' });
  return { key, versionId: childText(node, 'VersionId'), etag: childText(node, 'ETag') };
}

function toDeleted({ key, versionId }: Wanted, removed: Removed): XmlFields {
  const marker = removed.marker ? { DeleteMarker: true, DeleteMarkerVersionId: removed.versionId } : {};
  return { Key: key, VersionId: versionId, ...marker };
}
