import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive } from './process-tree.ts';

/** A killed process leaves its group within milliseconds; what takes longer is left to the next start. */
const REMOVE_ATTEMPTS = 40;
const REMOVE_PAUSE_MS = 25;

/** A folder of the cgroup file system in which memory groups can be made. */
export interface CgroupParent {
  readonly version: 'cgroup-v2' | 'cgroup-v1';
  readonly folder: string;
}

export interface Cgroup extends CgroupParent {
  readonly path: string;
}

/** Makes a group with a hard limit on memory and none to spare in swap. Page cache counts too, but is given back first. */
export async function makeGroup(parent: CgroupParent, name: string, memoryMb: number): Promise<Cgroup> {
  const group = { ...parent, path: path.join(parent.folder, name) };
  await mkdir(group.path);
  try {
    await limit(group, String(memoryMb * 1024 * 1024));
  } catch (error) {
    await removeGroup(group);
    throw error;
  }
  return group;
}

/** The swap file comes second (v1 takes no memory+swap below memory) and is missing in a kernel without swap accounting. */
async function limit(group: Cgroup, bytes: string): Promise<void> {
  const isV2 = group.version === 'cgroup-v2';
  await writeFile(path.join(group.path, isV2 ? 'memory.max' : 'memory.limit_in_bytes'), bytes, {
    flag: 'r+',
  });
  const swap = path.join(group.path, isV2 ? 'memory.swap.max' : 'memory.memsw.limit_in_bytes');
  if ((await readIfThere(swap)) !== '') await writeFile(swap, isV2 ? '0' : bytes, { flag: 'r+' });
}

/** A command that enters the group before it runs any code of its own; its pid stays the same. */
export function toJoinCommand(group: Cgroup, command: readonly string[]): readonly string[] {
  return ['sh', '-c', 'echo $$ > "$0/cgroup.procs" && exec "$@"', group.path, ...command];
}

/** Processes of the group that the kernel killed for its limit. */
export async function readOomKills(group: Cgroup): Promise<number> {
  const file = group.version === 'cgroup-v2' ? 'memory.events' : 'memory.oom_control';
  return Number(/^oom_kill (\d+)$/m.exec(await readIfThere(path.join(group.path, file)))?.[1] ?? 0);
}

/** Kills what is still in the group, then removes it. Returns whether it is gone. */
export async function removeGroup(group: Cgroup): Promise<boolean> {
  for (let attempt = 0; attempt < REMOVE_ATTEMPTS; attempt++) {
    await killMembers(group);
    if (await removeFolder(group.path)) return true;
    await delay(REMOVE_PAUSE_MS);
  }
  return false;
}

async function killMembers(group: Cgroup): Promise<void> {
  const members = await readIfThere(path.join(group.path, 'cgroup.procs'));
  for (const pid of members.split('\n').map(Number)) {
    if (pid > 0 && isAlive(pid)) process.kill(pid, 'SIGKILL');
  }
}

/** False while the kernel refuses because a process is still in it. */
export async function removeFolder(folder: string): Promise<boolean> {
  try {
    await rmdir(folder);
    return true;
  } catch (error) {
    if (isSystemError(error)) return error.code === 'ENOENT';
    throw error;
  }
}

/** The text of a control file, or '' when there is none (or none for us). */
export async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isSystemError(error)) return '';
    throw error;
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
