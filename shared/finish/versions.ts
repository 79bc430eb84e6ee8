import { readEnv } from '../aws/env.ts';
import { deleteObjects, listObjects } from '../aws/store.ts';
import { rootGroup, versionsPrefix } from '../run/keys.ts';
import { readIndexList, readManifest } from '../run/manifest.ts';
import { toKeys } from '../run/outputs.ts';
import { findRun, hasEnded } from '../run/run.ts';
import { PathSet } from './path-set.ts';
import type { Publishing } from './publishing.ts';
import type { Pace } from './work.ts';

/** Keys removed in one call. */
const REMOVALS_AT_ONCE = 1000;

/**
 * Before readers are pointed to a version: removes what lies in its folder and is not listed, such as the outputs of items that
 * failed later. Who reads the folder as a whole finds the data set, and nothing else.
 */
export async function removeStrays({ places, manifest }: Publishing, { lease }: Pace): Promise<void> {
  const listed = new PathSet();
  for await (const { outputs } of readManifest(manifest)) for (const { path } of outputs) listed.add(path);
  for await (const { path } of readIndexList(manifest)) for (const key of toKeys(path)) listed.add(key);
  const isStray = async (key: string) => !listed.mayHave(key.slice(places.prefix.length));
  await removeUnder(places.prefix, isStray, lease);
}

/**
 * After it: removes older versions but the one that readers were pointed to until now, which some may still read. So the folder of
 * a run that ended unpublished goes, too; that of one that is still at work stays.
 */
export async function removeVersions(
  { prefix, root, turn: { previous } }: Publishing,
  { lease }: Pace,
): Promise<void> {
  const all = versionsPrefix(prefix);
  const kept = new Map([[root, true]]);
  if (previous) kept.set(rootGroup(previous.run, previous.generation), true);
  const isOld = async (key: string): Promise<boolean> => {
    const version = key.slice(all.length, key.indexOf('/', all.length));
    const isKept = kept.get(version) ?? (await isAtWork(version));
    kept.set(version, isKept);
    return !isKept;
  };
  await removeUnder(all, isOld, lease);
}

/** Also what is no version's folder stays. */
async function isAtWork(version: string): Promise<boolean> {
  const [, id, generation] = /^(.+)\.(\d+)$/.exec(version) ?? [];
  const run = id === undefined ? undefined : await findRun(id);
  if (id === undefined) return true;
  return run !== undefined && !hasEnded(run) && run.generation === Number(generation);
}

async function removeUnder(
  prefix: string,
  isWanted: (key: string) => Promise<boolean>,
  lease: Pace['lease'],
): Promise<void> {
  const { results } = readEnv(['results']);
  let keys: string[] = [];
  const flush = async (): Promise<void> => {
    lease.check();
    await deleteObjects(results, keys);
    keys = [];
  };
  for await (const { key } of listObjects(results, prefix)) {
    if (await isWanted(key)) keys.push(key);
    if (keys.length === REMOVALS_AT_ONCE) await flush();
  }
  if (keys.length > 0) await flush();
}
