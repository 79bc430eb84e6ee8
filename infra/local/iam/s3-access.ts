import type { IncomingMessage } from 'node:http';
import { parseCopySource, parseTarget } from '../s3/operation.ts';
import { S3Error } from '../s3/s3-error.ts';
import { childText, readXml } from '../s3/xml.ts';
import type { Access, Permissions } from './permissions.ts';

/**
 * The IAM action of each S3 operation; where one is missing, the action has the operation's name.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
const ACTIONS: Readonly<Record<string, string>> = {
  HeadObject: 'GetObject',
  CopyObject: 'PutObject',
  CreateMultipartUpload: 'PutObject',
  UploadPart: 'PutObject',
  UploadPartCopy: 'PutObject',
  CompleteMultipartUpload: 'PutObject',
  ListParts: 'ListMultipartUploadParts',
  HeadBucket: 'ListBucket',
  ListObjects: 'ListBucket',
  ListObjectsV2: 'ListBucket',
  ListObjectVersions: 'ListBucketVersions',
  ListMultipartUploads: 'ListBucketMultipartUploads',
};

/** A request that names a version needs these instead. */
const VERSION_ACTIONS: Readonly<Record<string, string>> = {
  GetObject: 'GetObjectVersion',
  DeleteObject: 'DeleteObjectVersion',
};

interface Place {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string | undefined;
}

/**
 * What an S3 request needs; `body` is that of DeleteObjects, each of whose keys counts (S3 itself would delete those that
 * may be deleted; here one that may not refuses them all). A request that S3 can't read needs nothing: S3 refuses it.
 */
export async function toS3Permissions(
  operation: string,
  request: IncomingMessage,
  body: string,
): Promise<Permissions> {
  try {
    const { bucket, key, query } = parseTarget(request.url ?? '');
    const place = { bucket, key, versionId: query.get('versionId') ?? undefined };
    return await toPermissions(operation, place, request, body);
  } catch (error) {
    if (error instanceof S3Error) return { needs: [] };
    throw error;
  }
}

async function toPermissions(
  operation: string,
  place: Place,
  request: IncomingMessage,
  body: string,
): Promise<Permissions> {
  const needed = toAccess(ACTIONS[operation] ?? operation, place);
  switch (operation) {
    case 'CopyObject':
    case 'UploadPartCopy': {
      const source = parseCopySource(request.headers['x-amz-copy-source']?.toString() ?? '');
      return { needs: [toAccess('GetObject', source), needed], toldMissing: toList(source.bucket) };
    }
    case 'DeleteObjects':
      return { needs: await toDeletions(place.bucket, body) };
    case 'GetObject':
    case 'HeadObject':
      return { needs: [needed], toldMissing: toList(place.bucket) };
    default:
      return { needs: [needed] };
  }
}

async function toDeletions(bucket: string, body: string): Promise<Access[]> {
  const root = await readXml(toChunks(body)).catch((error: unknown) => {
    if (error instanceof S3Error) return undefined;
    throw error;
  });
  // What is not read here might be read by S3 (a framed body): only who may delete everything may send it.
  if (!root) return [{ action: 's3:DeleteObject', resource: '*' }];
  const objects = root.children.filter((child) => child.name === 'Object');
  return objects.map((object) =>
    toAccess('DeleteObject', {
      bucket,
      key: childText(object, 'Key') ?? '',
      versionId: childText(object, 'VersionId'),
    }),
  );
}

async function* toChunks(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

function toAccess(action: string, { bucket, key, versionId }: Place): Access {
  const name = versionId === undefined ? action : (VERSION_ACTIONS[action] ?? action);
  return { action: `s3:${name}`, resource: `arn:aws:s3:::${bucket}${key === '' ? '' : `/${key}`}` };
}

const toList = (bucket: string): Access => toAccess('ListBucket', { bucket, key: '' });
