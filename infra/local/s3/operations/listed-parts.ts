import type { Catalog } from '../catalog.ts';
import { checksumElement } from '../checksum.ts';
import { S3Error } from '../s3-error.ts';
import { findPart, type Part, type Upload } from '../uploads.ts';
import { childText, type XmlNode } from '../xml.ts';

/** S3's minimum for every part but the last: 5 MiB. */
const PART_MINIMUM_BYTES = 5 * 1024 ** 2;

/** A part as a CompleteMultipartUpload names it. */
export interface ListedPart {
  readonly number: number;
  /** Without quotes. */
  readonly etag: string;
  readonly node: XmlNode;
}

/** Throws MalformedXML, InvalidPartOrder. */
export function parseListedParts(root: XmlNode): ListedPart[] {
  const nodes = root.children.filter((child) => child.name === 'Part');
  if (root.name !== 'CompleteMultipartUpload' || nodes.length === 0) {
    throw new S3Error('MalformedXML', { message: 'CompleteMultipartUpload: expected at least one Part.' });
  }
  const listed = nodes.map(parseListedPart);
  listed.forEach(({ number }, index) => {
    const previous = listed[index - 1]?.number ?? 0;
    if (number <= previous) throw new S3Error('InvalidPartOrder', { details: { PartNumber: number } });
  });
  return listed;
}

function parseListedPart(node: XmlNode): ListedPart {
  const number = Number(childText(node, 'PartNumber'));
  const etag = childText(node, 'ETag')?.replaceAll('"', '');
  if (!Number.isInteger(number) || etag === undefined) {
    throw new S3Error('MalformedXML', {
      message: 'CompleteMultipartUpload: a Part needs PartNumber and ETag.',
    });
  }
  return { number, etag, node };
}

/** The listed parts as they were uploaded. Throws InvalidPart, InvalidRequest (a checksum is missing), EntityTooSmall. */
export function findParts(catalog: Catalog, upload: Upload, listed: readonly ListedPart[]): Part[] {
  const parts = listed.map((one) => {
    const part = findPart(catalog, upload, one.number);
    if (part?.md5 !== one.etag) throw invalidPart(upload, one);
    checkPartChecksum(upload, one, part);
    return part;
  });
  const small = parts.slice(0, -1).find((part) => part.size < PART_MINIMUM_BYTES);
  if (!small) return parts;
  const details = { PartNumber: small.number, ProposedSize: small.size, MinSizeAllowed: PART_MINIMUM_BYTES };
  throw new S3Error('EntityTooSmall', { details });
}

function checkPartChecksum(upload: Upload, listed: ListedPart, part: Part): void {
  if (!upload.algorithm) return;
  const claimed = childText(listed.node, checksumElement(upload.algorithm));
  if (claimed === undefined) {
    if (upload.type === 'FULL_OBJECT') return;
    const message = `The upload was created using a ${upload.algorithm} checksum. The complete request must include the checksum for each part. It was missing for part ${listed.number}.`;
    throw new S3Error('InvalidRequest', { message });
  }
  if (claimed !== part.checksum?.value) throw invalidPart(upload, listed);
}

function invalidPart(upload: Upload, { number, etag }: ListedPart): S3Error {
  return new S3Error('InvalidPart', { details: { UploadId: upload.id, PartNumber: number, ETag: etag } });
}
