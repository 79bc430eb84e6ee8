import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  GetObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { LocalOptions, LocalStack } from '../../../infra/local/local-stack.ts';
import { readEnv } from '../../../shared/aws/env.ts';
import { sendMessage } from '../../../shared/aws/queue.ts';
import type { ItemResult } from '../../../shared/kind.ts';
import { kindNamed } from '../../../shared/kinds/index.ts';
import { OPTIONS_METADATA } from '../../../shared/run/message.ts';
import type { Run } from '../../../shared/run/run.ts';
import { toRunId } from '../../../shared/run/run-id.ts';
import { startTestStack, synthTestStack, type TestStack } from '../stack/local-stack.ts';
import { readManifest, waitForEnd } from '../stack/toy-run.ts';

const RUN_SECONDS = 120;

export interface MirrorStack {
  readonly stack: LocalStack;
  readonly stateDir: string;
  /** Uploads a requirements file; returns the id of the run that it starts, and the source. */
  upload(name: string, body: string, options?: Run['options']): Promise<Started>;
  /** Starts a run of a source that is there, at a time of its own. */
  start(source: Run['source'], options?: Run['options']): Promise<Started>;
  /** The object that readers find below the mirror's folder. */
  read(path: string): Promise<Buffer | undefined>;
  head(path: string): Promise<HeadObjectCommandOutput>;
  stop(): Promise<void>;
}

export interface Started {
  readonly id: string;
  readonly source: Run['source'];
}

export interface Mirrored {
  readonly run: Run;
  readonly manifest: readonly ItemResult[];
  readonly source: Run['source'];
}

/** A local stack that may ask the upstream on `host`. */
export async function startMirrorStack(
  host: string,
  options: Partial<LocalOptions> = {},
): Promise<MirrorStack> {
  const synthesised: TestStack = await synthTestStack([], { allowedHosts: { galaxy: [host] } });
  const stateDir = await mkdtemp(join(synthesised.folder, 'state-'));
  const stack = await startTestStack(synthesised, { ...options, stateDir });
  const s3 = new S3Client({ forcePathStyle: true });
  let starts = 0;
  return {
    stack,
    stateDir,
    async upload(name, body, given = {}) {
      const bucket = readEnv(['inbox']).inbox;
      const key = `galaxy/${name}/requirements.yml`;
      const Metadata = { [OPTIONS_METADATA]: JSON.stringify(given) };
      const { VersionId } = await s3.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, Metadata }),
      );
      const source = { bucket, key, versionId: VersionId, size: Buffer.byteLength(body) };
      return { source, id: toRunId(kindNamed('galaxy'), source, given) };
    },
    async start(source, given = {}) {
      const { bucket, key } = source;
      const at = new Date(Date.now() + ++starts * 1000).toISOString();
      const message = { type: 'start', bucket, key, options: given, at };
      await sendMessage(readEnv(['intakeQueue']).intakeQueue, message, 'test');
      return { source, id: toRunId(kindNamed('galaxy'), source, given, at) };
    },
    async read(path) {
      try {
        const { Body } = await s3.send(
          new GetObjectCommand({ Bucket: readEnv(['results']).results, Key: `galaxy/${path}` }),
        );
        return Body && Buffer.from(await Body.transformToByteArray());
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
    head: (path) =>
      s3.send(new HeadObjectCommand({ Bucket: readEnv(['results']).results, Key: `galaxy/${path}` })),
    async stop() {
      await stack.stop();
      await synthesised.remove();
    },
  };
}

/** Waits for a run, and reads what it published. */
export async function ended({ id, source }: Started): Promise<Mirrored> {
  const run = await waitForEnd(id, RUN_SECONDS);
  return { run, source, manifest: run.manifest ? await readManifest(run) : [] };
}

export const tempFolder = (purpose: string): Promise<string> =>
  mkdtemp(join(tmpdir(), `smallbatch-${purpose}-`));
