import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as z from 'zod';
import { toNodeCommand } from '../../infra/local/lambda/launch.ts';
import { ansibleGalaxy, findAnsible } from '../support/galaxy/ansible.ts';
import {
  ended,
  type Mirrored,
  type MirrorStack,
  startMirrorStack,
  tempFolder,
} from '../support/galaxy/mirror.ts';
import { sampleTree } from '../support/galaxy/pulp/usage.ts';
import { cloneTarballs } from './galaxy/clones.ts';
import { benchPulp } from './galaxy/pulp.ts';
import { ARTIFACTS, missingData, type Stats, startTool, type Tool } from './galaxy/upstream-tool.ts';

const SPLIT = fileURLToPath(import.meta.resolve('./galaxy/split-rss.ts'));
const COLLECTIONS = ['ansible.netcommon', 'ansible.posix', 'ansible.utils'];
const REQUIREMENTS = `collections: [${COLLECTIONS.join(', ')}]\n`;
/** 28 real versions make 868 with 30 clones each, and 1,652 with 58. */
const CLONES = 30;
const SPLIT_CLONES = 58;
/** One process of the real client takes seconds; the rest is extrapolated, and named so. */
const CLIENT_VERSIONS = 10;
const CAP_MB = 256;
/** What split's function has: Node is started with the flags that it gets there. */
const SPLIT_MB = 512;
/** RSS of split may grow by this from 800 versions on: what it keeps of a version is a few hundred bytes. */
const SPLIT_GROWTH_MB = 10;

/** Mirrors the real tarballs beside the checkout through the whole local stack; split alone; the real client for comparison. */
export async function bench(): Promise<void> {
  const missing = missingData();
  if (missing !== undefined) return void console.log(missing);
  await benchSplit();
  const artifacts = await tempFolder('galaxy-bench');
  await cloneTarballs(ARTIFACTS, artifacts, CLONES);
  const tool = await startTool({ artifacts });
  const mirror = await startMirrorStack(tool.host, { concurrency: Math.max(4, availableParallelism()) });
  try {
    const perSecond = await benchMirror(tool, mirror);
    await benchClient(tool, perSecond);
    await benchPulp(tool, REQUIREMENTS);
  } finally {
    await mirror.stop();
    tool.stop();
    await rm(artifacts, { recursive: true });
  }
}

const splitReport = z.object({
  versions: z.number(),
  seconds: z.number(),
  peakMb: z.number(),
  samples: z.array(z.object({ versions: z.number(), rssMb: z.number() })),
});

async function benchSplit(): Promise<void> {
  const tool = await startTool({ clones: SPLIT_CLONES });
  const [node = '', ...flags] = toNodeCommand(SPLIT_MB).slice(0, -1);
  const args = [...flags, SPLIT, tool.server, ...COLLECTIONS];
  const { stdout } = await promisify(execFile)(node, args).finally(tool.stop);
  const { versions, seconds, peakMb, samples } = splitReport.parse(JSON.parse(stdout));
  const late = samples.filter((sample) => sample.versions >= 800).map(({ rssMb }) => rssMb);
  const growth = (late.at(-1) ?? 0) - (late[0] ?? 0);
  console.log(`split alone: ${versions} versions in ${seconds.toFixed(1)} s; RSS in MB after`);
  console.log(
    `  ${samples.map((sample) => `${sample.versions}: ${sample.rssMb}`).join('  ')}  (peak ${peakMb})`,
  );
  judge(
    growth <= SPLIT_GROWTH_MB,
    `from 800 versions on it grows by ${growth} MB (at most ${SPLIT_GROWTH_MB})`,
  );
}

/** Twice; returns how many versions a second the first run mirrored. */
async function benchMirror(tool: Tool, mirror: MirrorStack): Promise<number> {
  const options = { server: tool.server, 'base-url': 'http://mirror.test/' };
  await tool.stats();
  const started = performance.now();
  await using usage = sampleTree(process.pid);
  const first = await ended(await mirror.upload('bench', REQUIREMENTS, options));
  const seconds = (performance.now() - started) / 1000;
  printMirror(first, seconds, await tool.stats(), tool);
  console.log(`  ${(await usage.read()).cpuSeconds} CPU-s, the stand-ins for AWS included`);
  for (const { name, memoryMb, peakRssMb } of mirror.stack.functions().filter((each) => each.peakRssMb > 0))
    judge(peakRssMb <= CAP_MB, `${name} (${memoryMb} MB): peak RSS ${peakRssMb} MB (at most ${CAP_MB})`);
  await ended(await mirror.start(first.source, options));
  const { requests } = await tool.stats();
  judge(
    requests <= 2 * COLLECTIONS.length,
    `second run, nothing new: ${requests} requests for ${COLLECTIONS.length} collections (at most 2 each)`,
  );
  return tool.versions / seconds;
}

function printMirror(
  { run, manifest }: Mirrored,
  seconds: number,
  { requests, bytes, by }: Stats,
  { versions }: Tool,
): void {
  const each = Object.entries(by).map(([what, times]) => `${what} ${times}`);
  console.log(
    `mirror: ${versions} versions in ${seconds.toFixed(1)} s, ${(versions / seconds).toFixed(1)} a second; ${run.state}`,
  );
  console.log(
    `  ${(requests / versions).toFixed(2)} requests a version (${each.join(', ')}), ${(bytes / 1e6).toFixed(0)} MB`,
  );
  const failed = Object.entries(Object.groupBy(manifest, ({ failure }) => failure?.code ?? 'ok'));
  for (const [code, results] of failed)
    if (code !== 'ok') console.log(`  ${results?.length} ${code}: ${results?.[0]?.failure?.message}`);
}

async function benchClient(tool: Tool, perSecond: number): Promise<void> {
  const ansible = await findAnsible();
  if ('missing' in ansible)
    return console.log(`ansible-galaxy collection download: skipped, ${ansible.missing}`);
  const home = await tempFolder('ansible-bench');
  const listed = z.object({ data: z.array(z.object({ version: z.string() })) });
  const url = `${tool.server}v3/collections/${COLLECTIONS[1]?.replace('.', '/')}/versions/?limit=${CLIENT_VERSIONS}`;
  const { data } = listed.parse(await (await fetch(url)).json());
  const started = performance.now();
  for (const { version } of data) {
    const args = ['download', `${COLLECTIONS[1]}:${version}`, '--no-deps', '-s', tool.server, '-p', home];
    const { code, output } = await ansibleGalaxy(args, home);
    if (code !== 0) throw new Error(output);
  }
  const seconds = (performance.now() - started) / 1000 / data.length;
  await rm(home, { recursive: true, force: true });
  console.log(
    `ansible-galaxy ${ansible.version} collection download: ${data.length} versions, ${seconds.toFixed(2)} s each`,
  );
  const factor = perSecond * seconds;
  judge(
    factor >= 10,
    `extrapolated to ${tool.versions}: ${(seconds * tool.versions).toFixed(0)} s; the mirror is ${factor.toFixed(1)} × faster (at least 10)`,
  );
}

function judge(holds: boolean, what: string): void {
  console.log(`  ${holds ? 'ok   ' : 'WRONG'} ${what}`);
  if (!holds) process.exitCode = 1;
}
