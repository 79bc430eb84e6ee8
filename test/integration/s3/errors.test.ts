import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { operationOf } from '../../../infra/local/s3/api.ts';
import { outcomeOf, type S3Server, startS3 } from '../../support/s3/server.ts';

const Bucket = 'versioned';
const none = { Bucket: 'nowhere', Key: 'key' };
const here = { Bucket, Key: 'key' };
const absent = { Bucket, Key: 'absent' };
const upload = { UploadId: 'nothing', PartNumber: 1 };
const parts = { MultipartUpload: { Parts: [{ PartNumber: 1, ETag: '"x"' }] } };
const one = { Delete: { Objects: [{ Key: 'x' }] } };
let s3: S3Server;

beforeAll(async () => {
  s3 = await startS3();
  await s3.client.send(new PutObjectCommand({ ...here, Body: 'body' }));
});
afterAll(() => s3.close());

describe('errors through the SDK', () => {
  const cases: [string, (client: S3Client) => Promise<unknown>, string][] = [
    ['GetObject, no bucket', (c) => c.send(new GetObjectCommand(none)), 'NoSuchBucket 404'],
    ['HeadObject, no bucket', (c) => c.send(new HeadObjectCommand(none)), 'NotFound 404'],
    ['HeadBucket, no bucket', (c) => c.send(new HeadBucketCommand(none)), 'NotFound 404'],
    ['PutObject, no bucket', (c) => c.send(new PutObjectCommand({ ...none, Body: 'x' })), 'NoSuchBucket 404'],
    ['DeleteObject, no bucket', (c) => c.send(new DeleteObjectCommand(none)), 'NoSuchBucket 404'],
    [
      'DeleteObjects, no bucket',
      (c) => c.send(new DeleteObjectsCommand({ ...none, ...one })),
      'NoSuchBucket 404',
    ],
    ['ListObjectsV2, no bucket', (c) => c.send(new ListObjectsV2Command(none)), 'NoSuchBucket 404'],
    ['ListObjectVersions, no bucket', (c) => c.send(new ListObjectVersionsCommand(none)), 'NoSuchBucket 404'],
    [
      'CopyObject, no bucket',
      (c) => c.send(new CopyObjectCommand({ ...none, CopySource: 'versioned/key' })),
      'NoSuchBucket 404',
    ],
    [
      'CopyObject, no source bucket',
      (c) => c.send(new CopyObjectCommand({ ...here, CopySource: 'nowhere/key' })),
      'NoSuchBucket 404',
    ],
    [
      'CreateMultipartUpload, no bucket',
      (c) => c.send(new CreateMultipartUploadCommand(none)),
      'NoSuchBucket 404',
    ],
    [
      'UploadPart, no bucket',
      (c) => c.send(new UploadPartCommand({ ...none, ...upload })),
      'NoSuchBucket 404',
    ],
    ['GetObject, no key', (c) => c.send(new GetObjectCommand(absent)), 'NoSuchKey 404'],
    ['HeadObject, no key', (c) => c.send(new HeadObjectCommand(absent)), 'NotFound 404'],
    [
      'GetObject, no version',
      (c) => c.send(new GetObjectCommand({ ...here, VersionId: 'x' })),
      'NoSuchVersion 404',
    ],
    [
      'CopyObject, no source',
      (c) => c.send(new CopyObjectCommand({ ...here, CopySource: 'versioned/absent' })),
      'NoSuchKey 404',
    ],
    [
      'CopyObject, no source version',
      (c) => c.send(new CopyObjectCommand({ ...here, CopySource: 'versioned/key?versionId=x' })),
      'NoSuchVersion 404',
    ],
    [
      'CopyObject onto itself',
      (c) => c.send(new CopyObjectCommand({ ...here, CopySource: 'versioned/key' })),
      'InvalidRequest 400',
    ],
    [
      'CopyObject, bad source',
      (c) => c.send(new CopyObjectCommand({ ...here, CopySource: 'versioned' })),
      'InvalidArgument 400',
    ],
    [
      'GetObject, no part',
      (c) => c.send(new GetObjectCommand({ ...here, PartNumber: 2 })),
      'InvalidRange 416',
    ],
    [
      'UploadPart, no upload',
      (c) => c.send(new UploadPartCommand({ ...here, ...upload, Body: 'x' })),
      'NoSuchUpload 404',
    ],
    [
      'UploadPartCopy, no upload',
      (c) => c.send(new UploadPartCopyCommand({ ...here, ...upload, CopySource: 'versioned/key' })),
      'NoSuchUpload 404',
    ],
    [
      'CompleteMultipartUpload, no upload',
      (c) => c.send(new CompleteMultipartUploadCommand({ ...here, ...upload, ...parts })),
      'NoSuchUpload 404',
    ],
    [
      'AbortMultipartUpload, no upload',
      (c) => c.send(new AbortMultipartUploadCommand({ ...here, ...upload })),
      'NoSuchUpload 404',
    ],
    [
      'PutObject, metadata over 2 KB',
      (c) => c.send(new PutObjectCommand({ ...here, Body: 'x', Metadata: { a: 'x'.repeat(2048) } })),
      'MetadataTooLarge 400',
    ],
    [
      'PutObject, tags',
      (c) => c.send(new PutObjectCommand({ ...here, Body: 'x', Tagging: 'a=b' })),
      'NotImplemented 501',
    ],
    ['GetObjectTagging', (c) => c.send(new GetObjectTaggingCommand(here)), 'NotImplemented 501'],
    [
      'PutObjectAcl',
      (c) => c.send(new PutObjectAclCommand({ ...here, ACL: 'private' })),
      'NotImplemented 501',
    ],
    ['ListBuckets', (c) => c.send(new ListBucketsCommand({})), 'NotImplemented 501'],
    [
      'CreateMultipartUpload, SHA-1 of the whole',
      (c) =>
        c.send(
          new CreateMultipartUploadCommand({
            ...here,
            ChecksumAlgorithm: 'SHA1',
            ChecksumType: 'FULL_OBJECT',
          }),
        ),
      'InvalidRequest 400',
    ],
  ];

  test.each(cases)('%s', async (_, call, expected) => {
    expect(await outcomeOf(call(s3.client))).toBe(expected);
  });
});

describe('errors on the wire', () => {
  const send = async (method: string, path: string, body = '') => {
    const answer = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
      const call = request({ port: s3.port, host: '127.0.0.1', method, path }, resolve);
      call.on('error', reject).end(body);
    });
    return { status: answer.statusCode, headers: answer.headers, body: await text(answer) };
  };

  test('are XML with a code, a message and what they are about', async () => {
    const { status, headers, body } = await send('GET', '/versioned/%3Cabsent%3E');

    expect(status).toBe(404);
    expect(headers['content-type']).toBe('application/xml');
    expect(body).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>&lt;absent&gt;</Key></Error>',
    );
  });

  test.each([
    ['GET', '/versioned/%ff', '', 400, 'InvalidURI'],
    ['GET', '/versioned/%zz', '', 400, 'InvalidURI'],
    ['POST', '/versioned?delete', '<Delete>', 400, 'MalformedXML'],
    ['POST', '/versioned?delete', 'no xml', 400, 'MalformedXML'],
    ['POST', '/versioned?delete', '', 400, 'MalformedXML'],
    ['POST', '/versioned?delete', '<Delete><Object><Key/></Object></Delete>', 400, 'MalformedXML'],
    ['POST', '/versioned?delete', `<D>${'<a/>'.repeat(100_000)}</D>`, 400, 'MalformedXML'],
    ['POST', '/versioned?delete', '<!DOCTYPE d [<!ENTITY a "b">]><Delete>&a;</Delete>', 400, 'MalformedXML'],
    ['POST', '/versioned/key', '', 501, 'NotImplemented'],
    ['PATCH', '/versioned/key', '', 501, 'NotImplemented'],
    ['PUT', '/versioned/key?acl&x-id=PutObject', '', 501, 'NotImplemented'],
    ['GET', '/versioned/key?tagging&x-id=toString', '', 501, 'NotImplemented'],
  ])('%s %s %s', async (method, path, body, status, code) => {
    const answer = await send(method, path, body);

    expect(answer.status).toBe(status);
    expect(answer.body).toContain(`<Code>${code}</Code>`);
  });
});

describe('operationOf', () => {
  test.each([
    ['GET', '/', 'ListBuckets'],
    ['HEAD', '/b', 'HeadBucket'],
    ['GET', '/b/?list-type=2&prefix=acl', 'ListObjectsV2'],
    ['GET', '/b?list-type=2', 'ListObjectsV2'],
    ['GET', '/b?versions', 'ListObjectVersions'],
    ['POST', '/b?delete=', 'DeleteObjects'],
    ['GET', '/b/k?x-id=GetObject', 'GetObject'],
    ['GET', '/b/k?versionId=1', 'GetObject'],
    ['GET', '/b/%zz', 'GetObject'],
    ['HEAD', '/b/k/', 'HeadObject'],
    ['PUT', '/b/k?x-id=PutObject', 'PutObject'],
    ['PUT', '/b/k?x-id=CopyObject', 'CopyObject'],
    ['PUT', '/b/k?partNumber=1&uploadId=u&x-id=UploadPart', 'UploadPart'],
    ['PUT', '/b/k?partNumber=1&uploadId=u&x-id=UploadPartCopy', 'UploadPartCopy'],
    ['POST', '/b/k?uploads', 'CreateMultipartUpload'],
    ['POST', '/b/k?uploadId=u', 'CompleteMultipartUpload'],
    ['DELETE', '/b/k?uploadId=u', 'AbortMultipartUpload'],
    ['DELETE', '/b/k?versionId=v', 'DeleteObject'],
    ['GET', '/b/k?tagging&x-id=GetObjectTagging', 'GetObjectTagging'],
    ['PUT', '/b/k?acl', 'Unknown'],
    ['PATCH', '/b/k', 'Unknown'],
    ['GET', '*', 'ListBuckets'],
  ])('%s %s is %s', (method, url, expected) => {
    expect(operationOf(method, url)).toBe(expected);
  });

  test.each([
    ['PUT', '/b/k', 'CopyObject'],
    ['PUT', '/b/k?uploadId=u&partNumber=1', 'UploadPartCopy'],
    ['GET', '/b/k', 'GetObject'],
  ])('%s %s with a copy source is %s', (method, url, expected) => {
    expect(operationOf(method, url, { 'x-amz-copy-source': 'b/other' })).toBe(expected);
  });
});
