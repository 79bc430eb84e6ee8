import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import {
  type CgroupParent,
  makeGroup,
  readIfThere,
  removeFolder,
  removeGroup,
  toJoinCommand,
} from './cgroup.ts';
import { isAlive } from './process-tree.ts';

const MOUNT = '/sys/fs/cgroup';
const PREFIX = 'smallbatch-';
/** Room for the probe's shell. */
const PROBE_MB = 64;
const run = promisify(execFile);

/** Finds a usable parent by making a group and moving a process into it; else says why there is none. */
export async function findCgroupParent(mount = MOUNT): Promise<CgroupParent | string> {
  const reasons: string[] = [];
  for (const parent of await listParents(mount)) {
    const reason = await tryParent(parent);
    if (reason === undefined) return parent;
    reasons.push(reason);
  }
  return reasons.join('; ') || `no memory controller below ${mount}`;
}

/** `<prefix><pid of the service>-<unique>`: the pid tells the next service whether the group is stale. */
export function newGroupName(): string {
  return `${PREFIX}${process.pid}-${randomBytes(6).toString('hex')}`;
}

/** Removes the groups of services that ended without cleaning up. A group with a process in it stays: rmdir refuses. */
export async function removeStaleGroups(parent: CgroupParent): Promise<void> {
  const names = (await readdir(parent.folder)).filter((name) => name.startsWith(PREFIX));
  const stale = names.filter((name) => !isAlive(Number(name.slice(PREFIX.length).split('-')[0])));
  await Promise.all(stale.map((name) => removeFolder(path.join(parent.folder, name))));
}

/** v2: beside our own group (a session manager may have delegated that tree to us), then the root. v1: the root. */
async function listParents(mount: string): Promise<readonly CgroupParent[]> {
  const controllers = await readIfThere(path.join(mount, 'cgroup.controllers'));
  if (controllers.split(/\s/).includes('memory')) {
    const own = /^0::(.*)$/m.exec(await readIfThere('/proc/self/cgroup'))?.[1] ?? '/';
    const folders = new Set([path.resolve(mount, `.${path.dirname(own)}`), path.resolve(mount)]);
    return [...folders].map((folder) => ({ version: 'cgroup-v2', folder }));
  }
  const memory = path.join(mount, 'memory');
  const hasV1 = (await readIfThere(path.join(memory, 'memory.limit_in_bytes'))) !== '';
  return hasV1 ? [{ version: 'cgroup-v1', folder: memory }] : [];
}

async function tryParent(parent: CgroupParent): Promise<string | undefined> {
  try {
    const group = await makeGroup(parent, newGroupName(), PROBE_MB);
    const [command = '', ...args] = toJoinCommand(group, ['true']);
    await run(command, args).finally(() => removeGroup(group));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.trim() : String(error);
  }
}
