import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { waitForRun } from '../../../infra/cli/watch.ts';
import type { FunctionStats } from '../../../infra/local/lambda/service.ts';
import type { LocalOptions } from '../../../infra/local/local-stack.ts';
import type { ItemResult } from '../../../shared/kind.ts';
import { kindNamed } from '../../../shared/kinds/index.ts';
import { readManifest } from '../../../shared/run/manifest.ts';
import type { Run } from '../../../shared/run/run.ts';
import { toRunId } from '../../../shared/run/run-id.ts';
import { startTestStack, synthTestStack } from './local-stack.ts';

export interface LinesRun {
  readonly state: Run['state'];
  readonly items: NonNullable<Run['items']>;
  readonly failure: Run['failure'];
  readonly results: readonly ItemResult[];
  readonly functions: readonly FunctionStats[];
  readonly enforcement: string;
  readonly seconds: number;
}

export interface SourceOptions extends Partial<LocalOptions> {
  readonly kind: string;
  /** The modules that register test kinds, imported by the caller too. */
  readonly modules: string[];
  readonly name: string;
  readonly body: Uint8Array | string;
  readonly timeoutMs?: number;
}

/** The SDK clients of this process keep the first stack's endpoint, so the next one is started at the same port. */
let port: number | undefined;

/** Runs one source through the whole local stack, from upload to the manifest. */
export async function runSource(given: SourceOptions): Promise<LinesRun> {
  const { kind, modules, name, body, timeoutMs = 600_000, ...options } = given;
  const synthesised = await synthTestStack(modules);
  const stack = await startTestStack(synthesised, { port, ...options });
  port = Number(new URL(stack.endpoint).port);
  const started = performance.now();
  try {
    const bucket = stack.template.output('InboxBucketName');
    const key = `${kind}/source/${name}`;
    const client = new S3Client({ forcePathStyle: true });
    const { VersionId } = await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
    const ref = { bucket, key, versionId: VersionId, size: Buffer.byteLength(body) };
    const id = toRunId(kindNamed(kind), ref, {});
    const run = await waitForRun(id, 1, () => undefined, AbortSignal.timeout(timeoutMs));
    return {
      state: run.state,
      failure: run.failure,
      items: run.items ?? { total: 0, ok: 0, failed: 0, unchanged: 0 },
      results: await Array.fromAsync(readManifest(run.manifest)),
      functions: stack.functions(),
      enforcement: stack.lambda.enforcement,
      seconds: (performance.now() - started) / 1000,
    };
  } finally {
    await stack.stop();
    await synthesised.remove();
  }
}

/** The same for a source of JSON lines. */
export async function runLines({
  lines,
  ...options
}: Omit<SourceOptions, 'name' | 'body'> & { lines: readonly object[] }): Promise<LinesRun> {
  const body = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  return await runSource({ ...options, name: `lines.${options.kind}`, body });
}
