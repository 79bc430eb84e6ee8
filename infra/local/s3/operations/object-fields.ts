import { type Checksum, checksumElement, checksumHeader } from '../checksum.ts';
import type { Exchange } from '../exchange.ts';
import { isVersioned } from '../version.ts';
import { NULL_VERSION } from '../versions.ts';
import type { XmlFields } from '../xml.ts';

/** The checksum as headers of an answer. */
export function toChecksumHeaders(checksum: Checksum | undefined | null): Record<string, string> {
  if (!checksum) return {};
  return { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type };
}

/** The checksum as elements of an XML answer. */
export function toChecksumFields(checksum: Checksum | undefined | null): XmlFields {
  if (!checksum) return {};
  return { [checksumElement(checksum.algorithm)]: checksum.value, ChecksumType: checksum.type };
}

/** Buckets that never kept versions don't speak of them. */
export function toVersionHeaders(
  { store, target }: Exchange,
  versionId: string | undefined,
): Record<string, string> {
  if (versionId === undefined) return {};
  const speaks = versionId !== NULL_VERSION || isVersioned(store.catalog, target.bucket);
  return speaks ? { 'x-amz-version-id': versionId } : {};
}
