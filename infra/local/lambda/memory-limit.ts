import {
  type Cgroup,
  type CgroupParent,
  makeGroup,
  readOomKills,
  removeGroup,
  toJoinCommand,
} from './cgroup.ts';
import { findCgroupParent, newGroupName, removeStaleGroups } from './cgroup-parent.ts';
import { rssMethod } from './proc-status.ts';
import { type RssCell, type RssWatch, startRssWatch } from './rss-watch.ts';
import type { Enforcement } from './types.ts';

/** At 10 ms a process that fills 1 GB/s is 10 MB over when it is seen. */
const POLL_MS = 10;
/** `ps` is a process of its own, so a look costs about 10 ms. */
const PS_POLL_MS = 200;
/**
 * Pages of Node's own binary and libraries that a running function maps. The kernel charges them to whoever read them
 * first, which is never the function's group; Lambda counts them, and so does the RSS. So the group gets that much less.
 */
const BINARY_MB = 60;
/** Under a cgroup the kernel enforces; the watch only keeps the peak of processes that are killed. */
const PEAK_MS = 50;

export type EnforcementChoice = 'auto' | 'cgroup' | 'poll';

/** The memory limit of one instance, in the order of use. */
export interface MemoryCell {
  readonly command: readonly string[];
  watch(pid: number): void;
  peakMb(): number;
  /** After the end: was the process killed for its memory, and what did it hold at most? */
  ending(): Promise<MemoryEnding>;
  release(): Promise<void>;
}

interface MemoryEnding {
  readonly outOfMemory: boolean;
  readonly peakRssMb: number;
}

export interface MemoryLimiter {
  readonly enforcement: Enforcement;
  readonly reason: string;
  open(memoryMb: number, command: readonly string[]): Promise<MemoryCell>;
  close(): Promise<void>;
}

/**
 * Chooses how memory sizes are enforced: a cgroup where one can be made, else by looking at the process's RSS.
 */
export async function startMemoryLimiter(choice: EnforcementChoice): Promise<MemoryLimiter> {
  const parent = choice === 'poll' ? 'polling was asked for' : await findCgroupParent();
  if (typeof parent !== 'string') return startCgroupLimiter(parent);
  if (choice === 'cgroup')
    throw new Error(`Memory enforcement: expected a usable cgroup, found none: ${parent}`);
  return startPollLimiter(parent);
}

async function startCgroupLimiter(parent: CgroupParent): Promise<MemoryLimiter> {
  await removeStaleGroups(parent);
  const rss = startRssWatch(rssMethod(), PEAK_MS);
  return {
    enforcement: parent.version,
    reason: `memory groups can be made in ${parent.folder}; the pages of Node's binary are taken off, page cache counts but is given back first`,
    open: async (memoryMb, command) => {
      const groupMb = memoryMb - BINARY_MB;
      return toCgroupCell(await makeGroup(parent, newGroupName(), groupMb), groupMb, command, rss);
    },
    close: () => rss.close(),
  };
}

function toCgroupCell(group: Cgroup, groupMb: number, command: readonly string[], rss: RssWatch): MemoryCell {
  let cell: RssCell | undefined;
  return {
    command: toJoinCommand(group, command),
    watch: (pid) => {
      cell = rss.watch(pid);
    },
    peakMb: () => toMb(cell),
    ending: async () => {
      const outOfMemory = (await readOomKills(group)) > 0;
      // What fills its group between two looks is seen by nobody, but the group was full.
      return { outOfMemory, peakRssMb: outOfMemory ? Math.max(toMb(cell), groupMb) : toMb(cell) };
    },
    release: async () => {
      cell?.forget();
      await removeGroup(group);
    },
  };
}

function startPollLimiter(noCgroup: string): MemoryLimiter {
  const method = rssMethod();
  const intervalMs = method === 'ps' ? PS_POLL_MS : POLL_MS;
  const rss = startRssWatch(method, intervalMs);
  return {
    enforcement: method === null ? 'none' : 'poll',
    reason:
      method === null
        ? `memory sizes are NOT enforced: this platform has neither cgroups nor /proc nor ps`
        : `main process's RSS by ${method} every ${intervalMs} ms, child processes not counted, because: ${noCgroup}`,
    open: async (memoryMb, command) => toPollCell(memoryMb, command, rss),
    close: () => rss.close(),
  };
}

function toPollCell(memoryMb: number, command: readonly string[], rss: RssWatch): MemoryCell {
  let cell: RssCell | undefined;
  return {
    command,
    watch: (pid) => {
      cell = rss.watch(pid, memoryMb * 1024);
    },
    peakMb: () => toMb(cell),
    ending: async () => ({ outOfMemory: cell?.exceeded() ?? false, peakRssMb: toMb(cell) }),
    release: async () => cell?.forget(),
  };
}

function toMb(cell: RssCell | undefined): number {
  return Math.round((cell?.peakKb() ?? 0) / 1024);
}
