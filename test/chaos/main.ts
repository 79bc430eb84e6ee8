/** `npm run chaos -- --seeds N [--kind K] [--seed S] [--plant NAME]`: the local stack with everything going wrong, again and again. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import '../support/kinds/dataset-kind.ts';
import { freePort } from '../support/stack/killable-stack.ts';
import { synthTestStack, type TestStack } from '../support/stack/local-stack.ts';
import { IMPATIENT, PLANTS, SMALL } from './alterations.ts';
import { type Expected, type Played, play } from './play.ts';
import { toFaultless, toScenario } from './scenario.ts';

const KINDS = ['toy', 'dataset', 'toy', 'canvas', 'toy', 'dataset', 'pdf'];
const BAR_CELLS = 30;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10' },
    seed: { type: 'string' },
    from: { type: 'string', default: '1' },
    kind: { type: 'string' },
    plant: { type: 'string' },
  },
});

const planted = values.plant === undefined ? [] : (PLANTS[values.plant] ?? unknownPlant(values.plant));
const stacks = new Map<boolean, Promise<TestStack>>();
const baselines = new Map<string, Expected>();
const port = await freePort();
const totals: Record<string, number> = {};
let degraded = 0;
let broken = 0;
const from = Number(values.seed ?? values.from);
const last = values.seed === undefined ? from + Number(values.seeds) - 1 : from;
const began = performance.now();

for (let seed = from; seed <= last; seed++) {
  const kind = values.kind ?? KINDS[seed % KINDS.length] ?? 'toy';
  const played = await playSeed(seed, kind);
  for (const [name, times] of Object.entries(played.faults)) totals[name] = (totals[name] ?? 0) + times;
  degraded += played.degraded.length;
  if (played.problems.length > 0) report(seed, kind, played);
  show(seed);
}
summarize();
await Promise.all([...stacks.values()].map(async (stack) => await (await stack).remove()));
const isFound = planted.length > 0 ? broken > 0 : broken === 0;
process.exit(isFound ? 0 : 1);

async function playSeed(seed: number, kind: string): Promise<Played> {
  const scenario = toScenario(seed, kind);
  const stack = await stackOf(scenario.isSmall);
  const versions = scenario.nextVersionMs === undefined ? 1 : 2;
  const expected = kind === 'toy' || kind === 'dataset' ? undefined : await baselineOf(kind, versions);
  return await play({ scenario, stack, port, expected });
}

/** Bundled and synthesised once for each set of limits. */
function stackOf(isSmall: boolean): Promise<TestStack> {
  const modules = [resolve(import.meta.dirname, 'kinds.ts')];
  const stack =
    stacks.get(isSmall) ?? synthTestStack(modules, {}, [...IMPATIENT, ...(isSmall ? SMALL : []), ...planted]);
  stacks.set(isSmall, stack);
  return stack;
}

/** What the last of so many versions comes to when nothing goes wrong. */
async function baselineOf(kind: string, versions: number): Promise<Expected> {
  const name = `${kind} ${versions}`;
  const known = baselines.get(name);
  if (known) return known;
  const scenario = toFaultless(toScenario(0, kind));
  const nothing = { hashes: new Map(), failing: [] };
  const { shown } = await play({ scenario, stack: await stackOf(false), port, expected: nothing, versions });
  const hashes = (shown?.lines ?? [])
    .flatMap(({ outputs, stale }) => (stale ? [] : outputs))
    .flatMap(({ path, sha256 }): [string, string][] => (sha256 ? [[path, sha256]] : []));
  const failing = shown?.lines.filter(({ failure }) => failure).map(({ id }) => id) ?? [];
  const baseline = { hashes: new Map(hashes), failing };
  baselines.set(name, baseline);
  return baseline;
}

function report(seed: number, kind: string, { problems, logFile }: Played): void {
  broken++;
  clearLine();
  console.log(
    `seed ${seed} (${kind}): ${problems.length} broken; alone: npm run chaos -- --seed ${seed} --kind ${kind}; log: ${logFile}`,
  );
  for (const problem of problems.slice(0, 8)) console.log(`  ${problem.slice(0, 300)}`);
}

function show(seed: number): void {
  const done = seed - from + 1;
  const all = last - from + 1;
  const filled = Math.round((BAR_CELLS * done) / all);
  const seconds = Math.round((performance.now() - began) / 1000);
  const text = `[${'█'.repeat(filled)}${'░'.repeat(BAR_CELLS - filled)}] ${done} of ${all} seeds, ${broken} broken, ${seconds} s`;
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${text}`);
  else if (done === all || done % 5 === 0) process.stderr.write(`${text}\n`);
}

function clearLine(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[2K');
}

function summarize(): void {
  clearLine();
  const seconds = Math.round((performance.now() - began) / 1000);
  console.log(
    `${last - from + 1} seeds in ${seconds} s: ${broken} with a broken invariant, ${degraded} items failed for a fault and were made good by another pass`,
  );
  for (const [name, times] of Object.entries(totals).sort(([a], [b]) => (a < b ? -1 : 1)))
    console.log(`  ${String(times).padStart(7)}  ${name}`);
  if (planted.length > 0)
    console.log(broken > 0 ? 'the planted bug is found' : 'the planted bug is NOT found');
}

function unknownPlant(name: string): never {
  throw new Error(`expected one of ${Object.keys(PLANTS).join(', ')}, found "${name}"`);
}
