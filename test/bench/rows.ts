/**
 * `npm run bench -- rows`: a million lines of JSON to a function that does nothing, through the whole local stack by the command line, at clusters
 * of 1,000 and 100, and a tenth of the list at 10: rows a second, requests, what they cost on AWS, and the peaks of the functions.
 */
import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import type { Report } from '../../infra/cli/report.ts';

const ROWS = 1_000_000;
const COMMAND = join(import.meta.dirname, '..', '..', 'infra', 'cli', 'smallbatch.js');
const CASES = [
  { clusterItems: 1000, first: ROWS },
  { clusterItems: 100, first: ROWS },
  { clusterItems: 10, first: ROWS / 10 },
];
/** Dated September 2026, us-east-1: Distributed Map's Standard children are $25 a million transitions, Express ones $1 a million. */
const PEERS = { standard: 25, express: 1, durable: 8 };

export async function bench(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'smallbatch-bench-rows-'));
  try {
    const list = join(folder, 'rows.jsonl');
    await pipeline(Readable.from(lines()), createWriteStream(list));
    const module = join(folder, 'nothing.mjs');
    await writeFile(module, 'export const handler = async () => undefined;\n');
    for (const each of CASES) print(each, await run(folder, list, module, each));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function* lines(): Generator<string> {
  const name = 'x'.repeat(32);
  for (let n = 0; n < ROWS; n++)
    yield `{"id":${9007199254740993n + BigInt(n)},"name":"user-${n}-${name}","amount":${n % 1000}.10}\n`;
}

async function run(
  folder: string,
  list: string,
  module: string,
  { clusterItems, first }: (typeof CASES)[number],
): Promise<Report> {
  const options = [`clusterItems=${clusterItems}`, `first=${first}`].flatMap((each) => ['--option', each]);
  const state = join(folder, `state-${clusterItems}`);
  const args = [
    'run',
    list,
    '--kind',
    'rows',
    '--function',
    module,
    '--state',
    state,
    '--out',
    join(state, 'out'),
  ];
  const { stdout } = await promisify(execFile)(process.execPath, [COMMAND, ...args, ...options, '--json'], {
    maxBuffer: 64 * 1024 * 1024,
  });
  await rm(state, { recursive: true, force: true });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

function print({ clusterItems, first }: (typeof CASES)[number], report: Report): void {
  const { items, seconds, costUsd, requests, functions, clusters } = report;
  const perMillion = (usd: number): string => `$${((usd * 1e6) / first).toFixed(4)}`;
  const own = functions.filter(({ name }) => name !== 'nothing');
  const billed = own.reduce((sum, { billedMs, memoryMb }) => sum + (billedMs / 1000) * (memoryMb / 1024), 0);
  const time = billed * 0.0000133334;
  console.log(
    [
      `clusters of ${clusterItems}: ${items.ok} rows in ${clusters} clusters, ${seconds.toFixed(0)} s, ${Math.round(first / seconds)} rows a second`,
      `  requests for a million rows: ${perMillion(costUsd.total - costUsd.lambda + 2e-7 * invocations(report))} (S3 ${perMillion(costUsd.s3)}, SQS ${perMillion(costUsd.sqs)}, DynamoDB ${perMillion(costUsd.dynamodb)}); the steps' own time here: ${perMillion(time)}`,
      `  peers for as many clusters: Standard $${((PEERS.standard * clusters) / first).toFixed(2)}, Express $${((PEERS.express * clusters) / first).toFixed(2)}, durable functions $${((PEERS.durable * clusters) / first).toFixed(2)} at one operation each`,
      `  peaks: ${own.map(({ name, peakRssMb, memoryMb }) => `${name} ${peakRssMb} of ${memoryMb} MB`).join(', ')}`,
      `  ${Object.entries(requests)
        .map(([name, count]) => `${name} ${count}`)
        .join(', ')}`,
    ].join('\n'),
  );
}

const invocations = ({ functions }: Report): number =>
  functions.reduce((sum, { name, invocations: count }) => sum + (name === 'nothing' ? 0 : count), 0);
