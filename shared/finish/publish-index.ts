import { readEnv } from '../aws/env.ts';
import { putObject } from '../aws/store.ts';
import type { FinishContext, Output } from '../kind.ts';
import { kindNamed } from '../kinds/index.ts';
import { rootGroup } from '../run/keys.ts';
import { putIndexList, readManifest } from '../run/manifest.ts';
import { readOutput } from '../run/outputs.ts';
import { type Places, placesOf } from '../run/places.ts';
import type { Turn } from '../run/published.ts';
import type { Run } from '../run/run.ts';

/**
 * Has the kind write what is made of all results together (an index, a list), once they are all at their published places.
 * Returns the paths written; they are listed beside the manifest, so that what a later run no longer writes can be removed.
 */
export async function publishIndex(run: Run, turn: Turn, manifest: string): Promise<readonly string[]> {
  const kind = kindNamed(run.kind);
  const { finish } = await kind.work();
  if (!finish) return [];
  const places = placesOf(kind, run.name, rootGroup(run.run, run.generation));
  const outputs: Output[] = [];
  const context: FinishContext<unknown> = {
    options: kind.options.parse(run.options),
    results: () => readManifest(manifest),
    read: (output) => readOutput(places.published(output)),
    async put(path, body, contentType) {
      turn.check();
      const bytes = await putPublished(places, path, body, contentType);
      outputs.push({ path, bytes, contentType });
    },
  };
  await finish(context);
  await putIndexList(manifest, outputs);
  return outputs.map(({ path }) => path);
}

async function putPublished(
  places: Places,
  path: string,
  body: Parameters<FinishContext<unknown>['put']>[1],
  contentType: string,
): Promise<number> {
  const { results } = readEnv(['results']);
  const [key, ...others] = toKeys(places.published({ path }));
  if (others.length > 0 && typeof body !== 'string' && !(body instanceof Uint8Array)) {
    throw new TypeError(`expected the folder object ${key} to be whole, found a stream`);
  }
  for (const other of others) await putObject(results, other, body, contentType);
  return await putObject(results, key, body, contentType);
}

/** The keys of an output: that of a folder stands with and without its slash, since a store of objects redirects nobody. */
export const toKeys = (key: string): [string, ...string[]] =>
  key.endsWith('/') ? [key, key.slice(0, -1)] : [key];
