import { fileURLToPath } from 'node:url';
import { type TortureLine, torture } from '../support/kinds/torture-kind.ts';
import { type LinesRun, runLines } from '../support/stack/run-lines.ts';

const MODULE = fileURLToPath(import.meta.resolve('../support/kinds/torture-kind.ts'));
const ITEMS = 1000;

/** 3 % of the items, each with the code that it must fail with. */
const BAD: readonly {
  readonly does: TortureLine['does'];
  readonly mb?: number;
  readonly times: number;
  readonly code: string;
}[] = [
  { does: 'heap', times: 4, code: 'OUT_OF_MEMORY' },
  { does: 'buffers', times: 4, code: 'OUT_OF_MEMORY' },
  { does: 'wasm', times: 4, code: 'OUT_OF_MEMORY' },
  { does: 'hold', mb: 5000, times: 1, code: 'OUT_OF_MEMORY' },
  { does: 'spin', times: 3, code: 'ITEM_TOO_COSTLY' },
  { does: 'throw', times: 4, code: 'ITEM_FAILED' },
  { does: 'abort', times: 3, code: 'ITEM_FAILED' },
  { does: 'exit', times: 3, code: 'CRASHED' },
  { does: 'sigabrt', times: 2, code: 'QUARANTINED' },
  { does: 'sigkill', times: 2, code: 'QUARANTINED' },
];

/** 1,000 items of which 3 % are hostile, and one that honestly needs 700 MB, through the whole local stack. */
export async function bench(): Promise<void> {
  const lines = toLines();
  const run = await runLines({ kind: 'torture', modules: [MODULE], lines });
  const wrong = judge(lines, run);
  print(run);
  for (const line of wrong) console.log(`WRONG  ${line}`);
  console.log(
    wrong.length === 0
      ? 'every good item ok, every bad one failed once with its code'
      : `${wrong.length} wrong`,
  );
  if (wrong.length > 0) process.exitCode = 1;
}

function toLines(): (TortureLine & { code?: string })[] {
  const bad = BAD.flatMap(({ does, mb, times, code }) =>
    Array.from({ length: times }, (_, n) => ({ id: `bad-${does}-${n}`, does, mb, code })),
  );
  const good: TortureLine[] = [{ id: 'honest-700', does: 'hold', mb: 700 }];
  while (good.length + bad.length < ITEMS) {
    const n = good.length;
    good.push({ id: `good-${String(n).padStart(4, '0')}`, does: n % 5 === 0 ? 'leak' : 'ok' });
  }
  // Spread evenly, so that most clusters have one.
  const stride = Math.floor(good.length / bad.length);
  const spread = bad.flatMap((line, n) => [...good.slice(n * stride, (n + 1) * stride), line]);
  return [...spread, ...good.slice(bad.length * stride)];
}

function judge(lines: readonly (TortureLine & { code?: string })[], run: LinesRun): string[] {
  const wrong: string[] = [];
  const expect = (holds: boolean, what: string) => void (holds || wrong.push(what));
  expect(run.state === 'completed_with_failures', `state ${run.state}`);
  expect(run.results.length === lines.length, `${run.results.length} results of ${lines.length} items`);
  const byId = new Map(run.results.map((result) => [result.id, result]));
  for (const { id, code } of lines) {
    const found = byId.get(id)?.failure?.code ?? byId.get(id)?.status;
    expect(found === (code ?? 'ok'), `${id}: expected ${code ?? 'ok'}, found ${found}`);
  }
  for (const { name, memoryMb, peakRssMb } of run.functions)
    expect(peakRssMb <= memoryMb, `${name}: ${peakRssMb} of ${memoryMb} MB`);
  const killers = lines.filter(({ code }) => code === 'QUARANTINED').length;
  const kills = run.functions.reduce((sum, each) => sum + each.kills, 0);
  expect(kills <= killers * 2, `${kills} kills for ${killers} items that kill`);
  return wrong;
}

function print(run: LinesRun): void {
  const { total, ok, failed } = run.items;
  console.log(
    `${total} items: ${ok} ok, ${failed} failed; ${run.state}; ${run.seconds.toFixed(1)} s; limit by ${run.enforcement}`,
  );
  console.log(`tiers of ${torture.name}: ${torture.limits.memoryMb.join(', ')} MB`);
  for (const each of run.functions.filter(({ invocations }) => invocations > 0)) {
    console.log(
      `  ${each.name.padEnd(24)} peak ${String(Math.round(each.peakRssMb)).padStart(5)} of ${each.memoryMb} MB, ` +
        `${each.invocations} invocations, ${each.kills} killed`,
    );
  }
  const killers = run.results.filter(({ failure }) => failure?.code === 'QUARANTINED').length;
  const kills = run.functions.reduce((sum, each) => sum + each.kills, 0);
  console.log(
    `  extra receives per item that kills: ${(kills / Math.max(1, killers)).toFixed(1)} (${kills} kills, ${killers} items)`,
  );
  for (const { id, failure } of run.results.filter(({ failure }) => failure).slice(0, 40)) {
    console.log(`  ${id.padEnd(16)} ${failure?.code}: ${failure?.message}`);
  }
}
