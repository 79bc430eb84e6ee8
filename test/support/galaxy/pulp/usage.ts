import { readFile } from 'node:fs/promises';

const SAMPLE_MS = 50;
/** `USER_HZ` of Linux. */
const TICKS = 100;
const MB = 1024;

/** Memory and CPU of process trees while they work, read from /proc. */
export function sampleTree(pids: { readonly worker: number; readonly database: number }) {
  let peakKb = 0;
  const before = { worker: cpuOf(pids.worker), database: cpuOf(pids.database) };
  const timer = setInterval(() => {
    void rssOf(pids.worker).then((kb) => {
      peakKb = Math.max(peakKb, kb);
    });
  }, SAMPLE_MS);
  const since = async (which: 'worker' | 'database'): Promise<number> =>
    Math.round(((await cpuOf(pids[which])) - (await before[which])) * 10) / 10;
  return {
    read: async () => ({
      peakRssMb: Math.round(peakKb / MB),
      cpuSeconds: await since('worker'),
      databaseCpuSeconds: await since('database'),
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
