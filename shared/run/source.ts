import type { SourceRef } from '../aws/object-ref.ts';
import { findObject, type ObjectHead, objectSource } from '../aws/store.ts';
import { SmallbatchError } from '../errors.ts';
import type { Kind } from '../kind.ts';
import type { StartMessage } from './message.ts';
import { parseSourceKey } from './run-id.ts';

/** A source as a run reads it: its own version and its companion's, and when they came. */
export interface OpenedSource {
  readonly ref: SourceRef;
  readonly lastModified: Date;
  readonly companionModified?: Date;
  readonly metadata: ObjectHead['metadata'];
}

/** A start by a companion's upload means the source that it lies beside; any other stays as it is. */
export function toSourceStart(start: StartMessage): StartMessage {
  const { companion } = parseSourceKey(start.key).kind;
  if (!companion || !start.key.endsWith(companion.suffix)) return start;
  const key = `${start.key.slice(0, -companion.suffix.length)}${companion.of}`;
  return { ...start, key, versionId: undefined };
}

/** Undefined when the source is not there. */
export async function openSource(
  kind: Kind,
  { bucket, key, versionId }: Pick<StartMessage, 'bucket' | 'key' | 'versionId'>,
): Promise<OpenedSource | undefined> {
  const head = await findObject(bucket, key, versionId);
  if (!head) return undefined;
  const ref = { bucket, key, versionId: head.versionId, size: head.size };
  const beside = companionKey(kind, key);
  const found = beside === undefined ? undefined : await findObject(bucket, beside);
  if (!found || beside === undefined)
    return { ref, lastModified: head.lastModified, metadata: head.metadata };
  return {
    ref: { ...ref, companion: { bucket, key: beside, versionId: found.versionId, size: found.size } },
    lastModified: head.lastModified,
    companionModified: found.lastModified,
    metadata: head.metadata,
  };
}

function companionKey({ companion }: Kind, key: string): string | undefined {
  return companion && key.endsWith(companion.of)
    ? `${key.slice(0, -companion.of.length)}${companion.suffix}`
    : undefined;
}

/** The companion's bytes. @throws SmallbatchError SOURCE_TOO_LARGE */
export async function readCompanion(
  { companion }: SourceRef,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  if (!companion) return undefined;
  if (companion.size <= maxBytes) return await objectSource(companion).read(0, companion.size);
  throw new SmallbatchError(
    'SOURCE_TOO_LARGE',
    `${companion.key}: expected at most ${maxBytes} bytes, found ${companion.size}`,
  );
}
