import { existsSync } from 'node:fs';
import { mkdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Lambda gives a function of this size one processor, and others their share of it. */
const MB_A_CPU = 1769;
const PERIOD_US = 100_000;
/** The CPU controller's own hierarchy (cgroup v1). */
const ROOT = '/sys/fs/cgroup/cpu';

/** Processes get the share of a processor that Lambda gives their memory size; needs root. */
export interface CpuShares {
  limit(processes: readonly { readonly pid: number; readonly memoryMb: number }[]): Promise<void>;
  /** After all of them have ended. */
  remove(): Promise<void>;
}

export const canLimitCpu = (): boolean =>
  process.getuid?.() === 0 && existsSync(join(ROOT, 'cpu.cfs_quota_us'));

export function createCpuShares(name: string): CpuShares {
  const groups = new Map<number, string>();
  const limited = new Set<number>();
  const groupOf = async (memoryMb: number): Promise<string> => {
    const known = groups.get(memoryMb);
    if (known) return known;
    const folder = join(ROOT, `${name}-${memoryMb}`);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'cpu.cfs_period_us'), String(PERIOD_US));
    const quota = Math.round((PERIOD_US * memoryMb) / MB_A_CPU);
    await writeFile(join(folder, 'cpu.cfs_quota_us'), String(quota));
    groups.set(memoryMb, folder);
    return folder;
  };
  return {
    async limit(processes) {
      for (const { pid, memoryMb } of processes) {
        if (limited.has(pid)) continue;
        limited.add(pid);
        // It may have ended since it was seen.
        await writeFile(join(await groupOf(memoryMb), 'cgroup.procs'), String(pid)).catch(() => undefined);
      }
    },
    async remove() {
      for (const folder of groups.values()) await rmdir(folder).catch(() => undefined);
    },
  };
}
