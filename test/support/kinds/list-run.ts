import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { readEnv } from '../../../shared/aws/env.ts';
import { sendMessage } from '../../../shared/aws/queue.ts';
import { kindNamed } from '../../../shared/kinds/index.ts';
import { OPTIONS_METADATA } from '../../../shared/run/message.ts';
import type { Run } from '../../../shared/run/run.ts';
import { toRunId } from '../../../shared/run/run-id.ts';
import { waitForEnd } from '../stack/toy-run.ts';

const s3 = new S3Client({ forcePathStyle: true });

/** A list that was uploaded: what a run of it is started with. */
export interface UploadedList {
  readonly id: string;
  readonly start: { readonly bucket: string; readonly key: string; readonly options: Run['options'] };
}

/** Uploads a list as `<kind>/<name>/<file>`; its run starts by that. */
export async function uploadList(
  path: string,
  body: string | Uint8Array,
  options: Run['options'],
): Promise<UploadedList> {
  const bucket = readEnv(['inbox']).inbox;
  const Metadata = { [OPTIONS_METADATA]: JSON.stringify(options) };
  const { VersionId } = await s3.send(
    new PutObjectCommand({ Bucket: bucket, Key: path, Body: body, Metadata }),
  );
  const ref = { bucket, key: path, versionId: VersionId, size: Buffer.byteLength(body) };
  const [kind = ''] = path.split('/');
  return { id: toRunId(kindNamed(kind), ref, options), start: { bucket, key: path, options } };
}

export async function runList(...list: Parameters<typeof uploadList>): Promise<Run> {
  const { id } = await uploadList(...list);
  return await waitForEnd(id, 120);
}

/** Another pass over a list whose run has ended. */
export async function runAgain({ id, start }: UploadedList, generation: number): Promise<Run> {
  await sendMessage(readEnv(['intakeQueue']).intakeQueue, { type: 'start', ...start, generation }, 'test');
  return await waitForEnd(id, 120, generation);
}

/** The bytes of a published object, as text. */
export async function readResult(key: string): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: readEnv(['results']).results, Key: key }));
  return (await Body?.transformToString()) ?? '';
}

/** The lines of a published object, parsed. */
export async function readRows(key: string): Promise<Record<string, unknown>[]> {
  const text = await readResult(key);
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}
