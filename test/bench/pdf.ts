/**
 * Speed and memory of PDF → Markdown, drawing and OCR, beside the tools that are installed and the converters that can be.
 * Each measurement is a program of its own, the library bundled as it is deployed. Rates are per CPU second, so that
 * other work on the machine counts little.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from '../../infra/build.ts';
import { toNodeFlags } from '../../infra/local/lambda/launch.ts';
import { HEAP_ENVIRONMENT, toHeapFlags } from '../../shared/process/memory/heap-flags.ts';
import { type Mode, type Sample, samples } from './pdf-documents.ts';
import { convertByPeer, PEERS } from './pdf-peers.ts';
import { bench as benchRecall } from './pdf-recall.ts';
import type { OwnRun } from './pdf-run.ts';
import { isInstalled, runTool, TOOLS, type Tool } from './pdf-tools.ts';

const run = promisify(execFile);

/** As the functions that convert pages are run. */
const MEMORY_MB = 512;
const NODE_FLAGS = [...toNodeFlags(MEMORY_MB), ...toHeapFlags(MEMORY_MB)];
const TIMEOUT_MS = 900_000;
/** A short document is worked through more than once, by us and by the tools: else its rate is that of V8's compilers. */
const LEAST_PAGES = 300;
/** Some peers take half a second a page. */
const MAX_PEER_PAGES = 60;
const MAX_GROWTH_MB = 2;

/** Prints a line a measurement, then the targets that were missed. */
export async function bench(only = ''): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'smallbatch-bench-'));
  const missed: string[] = [];
  try {
    await build(folder, [], { 'pdf-run': 'test/bench/pdf-run.ts' });
    for (const sample of samples().filter(({ name }) => name.includes(only)))
      missed.push(...(await benchSample(sample, join(folder, 'pdf-run.js'))));
  } finally {
    await rm(folder, { recursive: true });
  }
  for (const target of missed) console.log(`pdf: MISSED ${target}`);
  if (missed.length > 0) process.exitCode = 1;
  if (only === '') await benchRecall();
}

async function benchSample(sample: Sample, program: string): Promise<string[]> {
  const path = await sample.path();
  const missed: string[] = [];
  for (const mode of sample.modes) {
    const passes = mode === 'ocr' ? 1 : Math.max(1, Math.ceil(LEAST_PAGES / sample.pages));
    console.log(`\n${sample.name}, ${mode}${passes > 1 ? ` (${sample.pages} pages, ${passes} times)` : ''}`);
    const own = await measureOwn(program, path, mode, passes);
    const rates = await measureTools(sample, path, mode, passes);
    if (mode === 'text' && sample.pages <= MAX_PEER_PAGES) await measurePeers(path, sample.pages);
    missed.push(...missedTargets(sample, mode, own, rates).map((text) => `${sample.name}, ${mode}: ${text}`));
  }
  return missed;
}

async function measureOwn(program: string, path: string, mode: Mode, passes: number): Promise<OwnRun> {
  const args = [...NODE_FLAGS, program, path, mode, String(passes)];
  const { stdout } = await run(process.execPath, args, {
    timeout: TIMEOUT_MS,
    env: { ...process.env, ...HEAP_ENVIRONMENT },
  });
  const own: OwnRun = JSON.parse(stdout);
  const growth = own.growthMb === null ? '' : `, growth ${own.growthMb.toFixed(1)} MiB from page 100 to 300`;
  const failed = own.failed === 0 ? '' : `, ${own.failed} pages FAILED`;
  print('smallbatch', own.pages, own, `${growth}${failed}`);
  return own;
}

/** Pages per CPU second, by tool. */
async function measureTools(
  sample: Sample,
  path: string,
  mode: Mode,
  passes: number,
): Promise<ReadonlyMap<string, number>> {
  const rates = new Map<string, number>();
  for (const tool of TOOLS.filter((item) => item.mode === mode)) {
    const rate = await measureTool(tool, { path, pages: sample.pages, passes });
    if (rate !== undefined) rates.set(tool.command, rate);
  }
  return rates;
}

async function measureTool(
  tool: Tool,
  { path, pages, passes }: { path: string; pages: number; passes: number },
): Promise<number | undefined> {
  if (!isInstalled(tool.command)) {
    console.log(`  ${tool.name}: skipped, not installed`);
    return undefined;
  }
  const first = Math.min(pages, tool.maxPages ?? pages);
  const worked = tool.isOncePerRun ? first : first * passes;
  try {
    const measured = await runTool(tool.command, tool.args(path, first, passes));
    print(tool.name, worked, measured);
    return measured.cpuMs ? worked / (measured.cpuMs / 1000) : undefined;
  } catch (error) {
    console.log(`  ${tool.name}: failed, ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

async function measurePeers(path: string, pages: number): Promise<void> {
  for (const { name, command } of PEERS) {
    const found = await command();
    if (typeof found === 'string') {
      console.log(`  ${name}: skipped, ${found}`);
      continue;
    }
    const result = (await convertByPeer(found, [path])).get(path);
    if (result && result.text !== '') print(name, pages, result);
    else console.log(`  ${name}: failed`);
  }
}

interface Measured {
  readonly ms: number;
  readonly cpuMs: number | undefined;
  readonly peakMb: number | undefined;
}

function print(name: string, pages: number, { ms, cpuMs, peakMb }: Measured, rest = ''): void {
  const perSecond = (time: number): string => {
    const rate = pages / (time / 1000);
    return rate.toFixed(rate < 10 ? 2 : 0);
  };
  const cpu = cpuMs ? `${perSecond(cpuMs)} pages per CPU second, ` : '';
  const peak = peakMb === undefined ? '' : `, peak ${Math.round(peakMb)} MiB`;
  console.log(
    `  ${name}: ${cpu}${perSecond(ms)} per second (${pages} in ${(ms / 1000).toFixed(1)} s)${peak}${rest}`,
  );
}

function missedTargets(
  sample: Sample,
  mode: Mode,
  own: OwnRun,
  rates: ReadonlyMap<string, number>,
): string[] {
  const { target = {} } = sample;
  const rate = own.pages / (own.cpuMs / 1000);
  const mutool = rates.get('mutool');
  const missed: string[] = [];
  const check = (isMet: boolean, text: string): void => void (isMet || missed.push(text));
  check(own.failed === 0, `${own.failed} pages failed`);
  // A short document's first passes end before the first full collection; what piles up till then shows in the peak.
  if (own.growthMb !== null && sample.pages >= LEAST_PAGES)
    check(own.growthMb <= MAX_GROWTH_MB, `growth ${own.growthMb.toFixed(1)} MiB`);
  const peakMb = target.peakMb?.[mode];
  if (peakMb) check(own.peakMb <= peakMb, `peak ${own.peakMb.toFixed(0)} MiB, target ${peakMb}`);
  if (mode === 'text' && target.textPerSecond)
    check(
      rate >= target.textPerSecond,
      `${rate.toFixed(0)} pages per CPU second, target ${target.textPerSecond}`,
    );
  if (mode === 'render' && target.timesMutool && mutool)
    check(
      rate >= mutool * target.timesMutool,
      `${(rate / mutool).toFixed(2)} × mutool, target ${target.timesMutool}`,
    );
  return missed;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await bench(process.argv[2]);
