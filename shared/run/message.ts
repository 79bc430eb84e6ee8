import * as z from 'zod';
import { sourceRef } from '../aws/object-ref.ts';
import { ERROR_CODES, type ErrorCode, type Failure, SmallbatchError } from '../errors.ts';
import { toIssues } from '../safe-text/issues.ts';
import { toSafeText, withoutCredentials } from '../safe-text/safe-text.ts';

export const errorCode = z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]);
/** A failure as it was stored; it is made anew, whoever stored it. */
export const parsedFailure: z.ZodType<Failure> = z.object({
  code: errorCode,
  message: z.string().transform(toSafeText),
});
/** Metadata of an upload that holds its run's options, as a JSON object. */
export const OPTIONS_METADATA = 'smallbatch-options';

const options = z.record(z.string(), z.unknown());

/** Starts a run; sent by the CLI and the schedules. S3 upload events are turned into one. */
const startMessage = z.object({
  type: z.literal('start'),
  bucket: z.string().min(1),
  key: z.string().min(1).max(1024),
  versionId: z.string().min(1).optional(),
  /** S3's own order of uploads to one key; hexadecimal. */
  sequencer: z.string().optional(),
  /** Without them, those in the object's metadata `smallbatch-options` hold (JSON), or none. */
  options: options.optional(),
  /** When a schedule asked for it (ISO 8601). */
  at: z.iso.datetime({ offset: true }).optional(),
  /** Asks for this pass of the same run (the last one plus one), after one that ended. */
  generation: z.number().int().positive().default(1),
});
export type StartMessage = z.infer<typeof startMessage>;

/** The options that an upload carries in its metadata. @throws SmallbatchError OPTIONS_INVALID */
export function parseOptionsHeader(header: string | undefined): Record<string, unknown> {
  if (header === undefined) return {};
  try {
    return options.parse(JSON.parse(header));
  } catch (cause) {
    const found = header.slice(0, 80);
    throw new SmallbatchError(
      'OPTIONS_INVALID',
      `metadata ${OPTIONS_METADATA}: expected a JSON object, found ${found}`,
      { cause },
    );
  }
}

/** The first option with a URL that has credentials in it: options are stored as they come, and lie open. */
export function credentialOption(given: Readonly<Record<string, unknown>>): string | undefined {
  return Object.keys(given).find((name) => {
    const json = JSON.stringify(given[name]) ?? '';
    return withoutCredentials(json) !== json;
  });
}

/** Starts a run of the newest source in each folder below a prefix; sent by schedules. */
const newestMessage = z.object({
  type: z.literal('newest'),
  bucket: z.string().min(1),
  /** `<kind>/` and as much more as is wanted. */
  prefix: z.string().min(1),
  /** How the sources end, e.g. `.imscc`. */
  suffix: z.string(),
  options: options.optional(),
  at: z.iso.datetime({ offset: true }).optional(),
});
export type NewestMessage = z.infer<typeof newestMessage>;

/** split hands itself on, or sweep wakes a run whose split went missing. */
const continueMessage = z.object({
  type: z.literal('continue'),
  run: z.string().min(1),
  generation: z.number().int().positive(),
  hop: z.number().int().nonnegative(),
});
export type ContinueMessage = z.infer<typeof continueMessage>;

const objectCreated = z
  .object({
    source: z.literal('aws.s3'),
    'detail-type': z.literal('Object Created'),
    detail: z.object({
      bucket: z.object({ name: z.string() }),
      object: z.object({
        key: z.string(),
        'version-id': z.string().optional(),
        sequencer: z.string().optional(),
      }),
    }),
  })
  .transform(
    ({ detail }): StartMessage => ({
      type: 'start',
      bucket: detail.bucket.name,
      key: detail.object.key,
      versionId: detail.object['version-id'],
      sequencer: detail.object.sequencer,
      generation: 1,
    }),
  );

export const intakeMessage = z.union([startMessage, newestMessage, continueMessage, objectCreated]);

/** An item as it travels in messages; its `data` is checked by its kind when it runs. */
export const parsedItem = z.object({
  id: z.string().min(1),
  identity: z.string(),
  bytes: z.number().nonnegative(),
  data: z.unknown(),
  failure: parsedFailure.optional(),
  call: z.number().int().nonnegative().optional(),
  placement: z.object({ memoryMb: z.number().optional(), isSuspect: z.boolean().optional() }).optional(),
});

/** One cluster: a few items, one memory budget. `clusters` is the group's total, so that completion needs no read. */
export const clusterMessage = z.object({
  type: z.literal('cluster'),
  run: z.string().min(1),
  generation: z.number().int().positive(),
  group: z.string().min(1),
  index: z.number().int().nonnegative(),
  clusters: z.number().int().positive(),
  /** The run's, of kinds whose unit of work is the call. */
  calls: z.number().int().nonnegative().optional(),
  kind: z.string().min(1),
  memoryMb: z.number().int().positive(),
  source: sourceRef,
  options,
  items: z.array(parsedItem).min(1),
  /** How often abandon sent it again, because no delivery of it had begun. */
  resends: z.number().int().positive().optional(),
});
export type ClusterMessage = z.infer<typeof clusterMessage>;

/** Every cluster of the group is in the ledger: join it, or end the run. */
export const finishMessage = z.object({
  type: z.literal('finish'),
  run: z.string().min(1),
  generation: z.number().int().positive(),
  group: z.string().min(1),
});
export type FinishMessage = z.infer<typeof finishMessage>;

const publishStep = z.enum(['sort', 'publish', 'point', 'remove']);
export type PublishStep = z.infer<typeof publishStep>;

/** One part of a step of publishing a run. */
export const publishMessage = z.object({
  type: z.literal('publish'),
  run: z.string().min(1),
  generation: z.number().int().positive(),
  step: publishStep,
  part: z.number().int().nonnegative(),
  /** How much of the part an earlier delivery did before its time was over. */
  from: z.number().int().nonnegative(),
});
export type PublishMessage = z.infer<typeof publishMessage>;

/**
 * Parses a queue message's body.
 * @throws SmallbatchError MESSAGE_INVALID with the path of the first wrong field
 */
export function parseMessage<T>(schema: z.ZodType<T>, body: string): T {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch (cause) {
    throw new SmallbatchError('MESSAGE_INVALID', `expected JSON, found ${body.slice(0, 80)}`, { cause });
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new SmallbatchError('MESSAGE_INVALID', toIssues(parsed.error));
}
