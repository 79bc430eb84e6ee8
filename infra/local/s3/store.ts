import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Announcer, createAnnouncer, type S3Event } from './announcer.ts';
import { type Blobs, openBlobs } from './blobs.ts';
import { type Catalog, openCatalog } from './catalog.ts';
import type { WriteCondition } from './conditions.ts';
import { type Added, addObject, type NewObject } from './versions.ts';

/** The index, the files and the queue of events: together the state on disk. */
export interface Store {
  readonly catalog: Catalog;
  readonly blobs: Blobs;
  readonly announcer: Announcer;
}

/** Opens the folder, or makes it, and clears what a killed process left. Throws SmallbatchError STATE_LOCKED. */
export async function openStore(
  folder: string,
  onObjectCreated: (event: S3Event) => void | Promise<void>,
): Promise<Store> {
  mkdirSync(folder, { recursive: true });
  const catalog = openCatalog(folder);
  const blobs = await openBlobs(join(folder, 'blobs'), catalog);
  const announcer = createAnnouncer(catalog, onObjectCreated);
  announcer.wake();
  return { catalog, blobs, announcer };
}

/** Commits an object and its event in one transaction; `also` goes into the same one. */
export async function createObject(
  { catalog, blobs, announcer }: Store,
  object: NewObject,
  condition: WriteCondition,
  also: () => readonly string[] = () => [],
): Promise<Added> {
  const [added, freed] = catalog.transaction(() => {
    const result = addObject(catalog, object, condition);
    announcer.enqueue({
      bucket: object.bucket,
      key: object.key,
      versionId: result.versionId,
      size: result.size,
      etag: object.etag,
      sequencer: result.sequencer,
      time: new Date(result.modified).toISOString(),
    });
    return [result, also()];
  });
  announcer.wake();
  await blobs.collect([...added.freed, ...freed]);
  return added;
}
