/**
 * Plays one kind's good source in a process of its own, and prints what each item took. Its working folder, home and temporary
 * folder are empty ones of the caller's.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Item } from '../../shared/kind.ts';
import { peakRssBytes } from '../support/process/peak-rss.ts';
import { fixtures } from './fixtures/index.ts';
import { play } from './play.ts';

export interface Measured {
  /** The folder that items may write to. */
  readonly scratch: string;
  readonly baselineMb: number;
  readonly items: readonly { readonly id: string; readonly peakMb: number; readonly seconds: number }[];
}

const MB = 1024 * 1024;
const fixture = await fixtures[process.argv[2] ?? '']?.();
if (!fixture) throw new Error(`expected a kind with a fixture, found ${process.argv[2]}`);

const scratch = await mkdtemp(join(tmpdir(), 'scratch-'));
const opened = await fixture.open();
await fixture.kind.work();
const items: Measured['items'][number][] = [];
const baselineMb = forgetPeak();
try {
  await play(fixture.kind, opened.good, { ...opened, scratch, onItem });
} finally {
  await opened[Symbol.asyncDispose]?.();
}
console.log(JSON.stringify({ scratch, baselineMb, items } satisfies Measured));

function onItem({ id }: Item): () => void {
  forgetPeak();
  const started = performance.now();
  return () => items.push({ id, peakMb: peakRssBytes() / MB, seconds: (performance.now() - started) / 1000 });
}

/** From here on the kernel looks for a new peak (proc(5), clear_refs). */
function forgetPeak(): number {
  if (process.platform === 'linux') writeFileSync('/proc/self/clear_refs', '5');
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1024;
}
