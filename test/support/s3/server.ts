import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client, type S3ClientConfig, type S3ServiceException } from '@aws-sdk/client-s3';
import { createS3, type S3Answer, type S3Event } from '../../../infra/local/s3/api.ts';

export interface S3Server {
  readonly client: S3Client;
  readonly port: number;
  readonly folder: string;
  /** What `handle` reported of the latest requests, newest last. */
  readonly answers: S3Answer[];
  readonly events: S3Event[];
  /** Ends the server; the folder stays, for another `startS3`. */
  stop(): Promise<void>;
  /** Ends the server and removes its folder. */
  close(): Promise<void>;
}

/** Two buckets, `plain` and `versioned`, behind a real socket on 127.0.0.1. */
export async function startS3(
  given?: string,
  config: S3ClientConfig = {},
  receive?: (event: S3Event) => void,
): Promise<S3Server> {
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'smallbatch-s3-')));
  const events: S3Event[] = [];
  const answers: S3Answer[] = [];
  const s3 = await createS3({
    folder,
    onObjectCreated: (event) => {
      receive?.(event);
      events.push(event);
    },
  });
  await s3.createBucket('plain', { versioned: false });
  await s3.createBucket('versioned', { versioned: true });
  const server = createServer(async (request, response) => {
    answers.push(await s3.handle(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = s3Client(port, config);

  async function stop(): Promise<void> {
    client.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await s3.close();
  }

  async function close(): Promise<void> {
    await stop();
    await rm(folder, { recursive: true, force: true });
  }
  return { client, port, folder, answers, events, stop, close };
}

export function s3Client(port: number, config: S3ClientConfig = {}): S3Client {
  return new S3Client({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-central-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
    ...config,
  });
}

/** `code status` of a failed call, e.g. `NoSuchKey 404`; `ok` if it did not fail. */
export async function outcomeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'ok';
  } catch (error) {
    const { name, $metadata } = error as S3ServiceException;
    return `${name} ${$metadata?.httpStatusCode}`;
  }
}
