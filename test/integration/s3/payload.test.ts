import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { Agent, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { outcomeOf, type S3Server, startS3 } from '../../support/s3/server.ts';

const Bucket = 'plain';
const BODY = 'Hello, chunks!';
const CRC32 = 'woW6TQ==';
let s3: S3Server;
let agent: Agent;

beforeAll(async () => {
  s3 = await startS3();
  // One socket for all: a body that is left unread in it would spoil the next answer.
  agent = new Agent({ keepAlive: true, maxSockets: 1 });
});
afterAll(async () => {
  agent.destroy();
  await s3.close();
});

interface Raw {
  readonly headers?: Record<string, string | number>;
  /** One write each. */
  readonly body?: readonly string[];
  readonly method?: string;
  readonly path?: string;
}

async function send({ method = 'PUT', path = '/plain/raw', headers = {}, body = [] }: Raw): Promise<string> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const call = request({ agent, port: s3.port, host: '127.0.0.1', method, path, headers }, resolve);
    call.on('error', reject);
    void writeSlowly(call, body);
  });
  const code = /<Code>(.*?)<\/Code>/.exec(await text(answer))?.[1] ?? 'ok';
  return `${code} ${answer.statusCode}`;
}

async function writeSlowly(call: ReturnType<typeof request>, body: readonly string[]): Promise<void> {
  for (const piece of body) {
    call.write(piece, 'latin1');
    await new Promise(setImmediate);
  }
  call.end();
}

const read = async (Key: string) =>
  await (await s3.client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
const hex = (length: number) => length.toString(16);
const unsigned = (trailers: string) => `${hex(7)}\r\nHello, \r\n${hex(7)}\r\nchunks!\r\n0\r\n${trailers}\r\n`;
const signature = 'f'.repeat(64);
const streaming = {
  'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'content-encoding': 'aws-chunked',
};
const decoded = { ...streaming, 'x-amz-decoded-content-length': BODY.length };
const announced = { ...decoded, 'x-amz-trailer': 'x-amz-checksum-crc32' };

describe('aws-chunked', () => {
  const frames: [string, Record<string, string | number>, string][] = [
    ['unsigned with a trailing checksum', announced, unsigned(`x-amz-checksum-crc32:${CRC32}\r\n`)],
    ['unsigned without trailers', decoded, unsigned('')],
    [
      'signed',
      { ...decoded, 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' },
      `e;chunk-signature=${signature}\r\n${BODY}\r\n0;chunk-signature=${signature}\r\n\r\n`,
    ],
    [
      'signed with a trailing checksum',
      { ...announced, 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER' },
      `e;chunk-signature=${signature}\r\n${BODY}\r\n0;chunk-signature=${signature}\r\nx-amz-checksum-crc32: ${CRC32}\r\nx-amz-trailer-signature:${signature}\r\n\r\n`,
    ],
  ];

  test.each(frames)('%s, whole and byte by byte', async (_, headers, frame) => {
    const whole = await send({
      path: '/plain/whole',
      headers: { ...headers, 'content-length': frame.length },
      body: [frame],
    });
    const bytes = await send({ path: '/plain/bytes', headers, body: [...frame] });

    expect([whole, bytes]).toEqual(['ok 200', 'ok 200']);
    expect([await read('whole'), await read('bytes')]).toEqual([BODY, BODY]);
  });

  test('the encoding of the upload is not that of the object', async () => {
    const headers = { ...decoded, 'content-encoding': 'gzip,aws-chunked' };

    await send({ path: '/plain/encoded', headers, body: [unsigned('')] });

    const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key: 'encoded' }));
    expect(head).toMatchObject({ ContentEncoding: 'gzip', ContentLength: BODY.length });
  });
});

describe('what does not match is refused and leaves nothing', () => {
  const plain = { 'content-length': BODY.length };
  const cases: [string, Raw, string][] = [
    [
      'checksum header',
      { headers: { ...plain, 'x-amz-checksum-crc32': 'AAAAAA==' }, body: [BODY] },
      'BadDigest 400',
    ],
    [
      'checksum trailer',
      { headers: announced, body: [unsigned('x-amz-checksum-crc32:AAAAAA==\r\n')] },
      'BadDigest 400',
    ],
    ['trailer that never comes', { headers: announced, body: [unsigned('')] }, 'InvalidRequest 400'],
    [
      'checksum of a wrong length',
      { headers: { ...plain, 'x-amz-checksum-crc32': 'AAAA' }, body: [BODY] },
      'InvalidRequest 400',
    ],
    [
      'two checksums',
      { headers: { ...plain, 'x-amz-checksum-crc32': CRC32, 'x-amz-checksum-sha1': 'AAAA' }, body: [BODY] },
      'InvalidRequest 400',
    ],
    [
      'unknown algorithm',
      { headers: { ...plain, 'x-amz-checksum-xxhash64': 'AAAA' }, body: [BODY] },
      'NotImplemented 501',
    ],
    [
      'algorithm without a checksum',
      { headers: { ...plain, 'x-amz-sdk-checksum-algorithm': 'CRC32' }, body: [BODY] },
      'InvalidRequest 400',
    ],
    [
      'Content-MD5',
      { headers: { ...plain, 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' }, body: [BODY] },
      'BadDigest 400',
    ],
    [
      'Content-MD5 of a wrong length',
      { headers: { ...plain, 'content-md5': 'AAAA' }, body: [BODY] },
      'InvalidDigest 400',
    ],
    [
      'SHA-256 of the signature',
      { headers: { ...plain, 'x-amz-content-sha256': '0'.repeat(64) }, body: [BODY] },
      'XAmzContentSHA256Mismatch 400',
    ],
    [
      'decoded length',
      { headers: { ...decoded, 'x-amz-decoded-content-length': 15 }, body: [unsigned('')] },
      'IncompleteBody 400',
    ],
    ['frame that is cut off', { headers: decoded, body: ['7\r\nHello'] }, 'IncompleteBody 400'],
    [
      'frame without a size',
      { headers: decoded, body: ['Hello, chunks!\r\n', 'x'.repeat(100_000)] },
      'InvalidRequest 400',
    ],
    [
      'frame longer than its size',
      { headers: decoded, body: ['3\r\nHello\r\n0\r\n\r\n'] },
      'InvalidRequest 400',
    ],
    [
      'frame without an end',
      { headers: decoded, body: Array(20).fill('0'.repeat(1000)) },
      'InvalidRequest 400',
    ],
    ['no length', { headers: { 'transfer-encoding': 'chunked' }, body: [BODY] }, 'NotImplemented 501'],
    ['no decoded length', { headers: streaming, body: [unsigned('')] }, 'NotImplemented 501'],
    [
      'over 5 GiB',
      { headers: { ...decoded, 'x-amz-decoded-content-length': 5 * 1024 ** 3 + 1 }, body: [unsigned('')] },
      'EntityTooLarge 400',
    ],
  ];

  test.each(cases)('%s', async (name, raw, expected) => {
    const path = `/plain/refused-${cases.findIndex(([one]) => one === name)}`;

    const outcome = await send({ ...raw, path });

    expect(outcome).toBe(expected);
    expect(await send({ method: 'GET', path })).toBe('NoSuchKey 404');
    expect(await unownedBlobs()).toBe(0);
  });

  test('the SDK learns of a wrong checksum that it was made to send', async () => {
    const put = new PutObjectCommand({ Bucket, Key: 'sdk', Body: BODY, ChecksumCRC32: 'AAAAAA==' });

    expect(await outcomeOf(s3.client.send(put))).toBe('BadDigest 400');
  });

  test('a client that goes away in the middle leaves nothing', async () => {
    const before = await blobCount();
    const call = request({
      port: s3.port,
      host: '127.0.0.1',
      method: 'PUT',
      path: '/plain/half',
      headers: { 'content-length': 1000 },
    });
    call.on('error', () => undefined);
    call.write('x'.repeat(500));
    await expect.poll(blobCount).toBe(before + 1);

    call.destroy();

    await expect.poll(blobCount).toBe(before);
    expect(await send({ method: 'GET', path: '/plain/half' })).toBe('NoSuchKey 404');
  });
});

describe('Expect: 100-continue', () => {
  test('the body is asked for before it is sent', async () => {
    const headers = { expect: '100-continue', 'content-length': BODY.length };
    const call = request({
      agent,
      port: s3.port,
      host: '127.0.0.1',
      method: 'PUT',
      path: '/plain/asked',
      headers,
    });
    const answered = once(call, 'response');
    call.flushHeaders();

    await once(call, 'continue');
    call.end(BODY);

    const [answer] = await answered;
    answer.resume();
    expect(answer.statusCode).toBe(200);
    expect(await read('asked')).toBe(BODY);
  });
});

async function blobCount(): Promise<number> {
  const entries = await readdir(join(s3.folder, 'blobs'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).length;
}

/** Blobs beyond one for each object: every object here was written in one piece. */
async function unownedBlobs(): Promise<number> {
  const listed = await new Promise<IncomingMessage>((resolve, reject) => {
    const call = request({ agent, port: s3.port, host: '127.0.0.1', path: '/plain?list-type=2' }, resolve);
    call.on('error', reject).end();
  });
  const objects = (await text(listed)).match(/<Contents>/g)?.length ?? 0;
  return (await blobCount()) - objects;
}
