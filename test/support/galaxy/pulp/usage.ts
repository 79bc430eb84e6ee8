import { readFile } from 'node:fs/promises';

const SAMPLE_MS = 50;
/** `USER_HZ` of Linux. */
const TICKS = 100;
const MB = 1024;

export interface Usage {
  /** Highest sum of the RSS of the tree's processes, in MB. */
  readonly peakRssMb: number;
  readonly cpuSeconds: number;
}

/** Memory and CPU of a process and all below it while they work, read from /proc. */
export function sampleTree(pid: number): { read(): Promise<Usage> } & AsyncDisposable {
  let peakKb = 0;
  const before = cpuOf(pid);
  const timer = setInterval(() => {
    void rssOf(pid).then((kb) => {
      peakKb = Math.max(peakKb, kb);
    });
  }, SAMPLE_MS);
  return {
    read: async () => ({
      peakRssMb: Math.round(peakKb / MB),
      cpuSeconds: Math.round(((await cpuOf(pid)) - (await before)) * 10) / 10,
    }),
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
    },
  };
}

/** The process and all below it. */
async function treeOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const children = text
    .split(' ')
    .filter((each) => each !== '')
    .map(Number);
  return [pid, ...(await Promise.all(children.map(treeOf))).flat()];
}

async function rssOf(pid: number): Promise<number> {
  const sizes = (await treeOf(pid)).map(async (each) => {
    const status = await readFile(`/proc/${each}/status`, 'utf8').catch(() => '');
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** CPU seconds of the tree, those of children that ended included (proc(5): fields 14 to 17). */
async function cpuOf(pid: number): Promise<number> {
  const times = (await treeOf(pid)).map(async (each) => {
    const stat = await readFile(`/proc/${each}/stat`, 'utf8').catch(() => '');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  });
  return (await Promise.all(times)).reduce((sum, ticks) => sum + ticks, 0) / TICKS;
}
