import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { readEnv } from '../../shared/aws/env.ts';
import { sendMessage } from '../../shared/aws/queue.ts';
import { kindNamed } from '../../shared/kinds/index.ts';
import { findRun, hasEnded, type Run } from '../../shared/run/run.ts';
import { toRunId } from '../../shared/run/run-id.ts';
import type { TestStack } from '../support/stack/local-stack.ts';
import { ChaosStack, type ChildOptions, killIfThere, type Told } from './chaos-stack.ts';
import { checkRest, checkShown, checkTold, readShown, type Shown } from './check.ts';
import { canLimitCpu, createCpuShares } from './cpu-shares.ts';
import { mountSmallDisk, type SmallDisk } from './full-disk.ts';
import type { Scenario } from './scenario.ts';
import { type Source, toExpected, toVersions } from './sources.ts';

/** Longer than a lease, a redelivery and a late duplicate together, on a busy machine. */
const END_SECONDS = 240;
const SETTLE_SECONDS = 90;
const LOOK_MS = 150;
/** Of half a second: longer than a late duplicate takes. */
const QUIET_LOOKS = 10;
/** A run that stands still this long, with empty queues, has lost a message: sweep would come in time. */
const STILL_MS = 5000;
const DISK_MB = 192;
const FULL_MS = 700;

export interface Played {
  readonly problems: readonly string[];
  readonly faults: Readonly<Record<string, number>>;
  /** Items that failed although they need not: by a kill too many, or a full disk. A further pass made them good. */
  readonly degraded: readonly string[];
  readonly shown: Shown | undefined;
  readonly logFile: string;
}

export interface Expected {
  /** Path → SHA-256. */
  readonly hashes: ReadonlyMap<string, string>;
  /** Items that fail whatever happens. */
  readonly failing: readonly string[];
}

export interface PlayOptions {
  readonly scenario: Scenario;
  readonly stack: TestStack;
  readonly port: number;
  /** What a faultless run of the last version came to; computed for the test kinds. */
  readonly expected?: Expected | undefined;
  readonly versions?: number;
}

/** Plays one scenario: uploads, lets things go wrong until all runs have ended, and checks what must hold. */
export async function play({ scenario, stack, port, expected, versions }: PlayOptions): Promise<Played> {
  const folder = await mkdtemp(join(tmpdir(), `chaos-${scenario.seed}-`));
  const count = versions ?? (scenario.nextVersionMs === undefined ? 1 : 2);
  const sources = await toVersions(scenario.kind, scenario.random, count);
  const game = new Game(scenario, stack, { folder, port });
  try {
    await game.start();
    const runs = await game.playAll(sources);
    const settled = await game.settle(runs);
    const last = sources.at(-1);
    if (!last) throw new Error('expected a source');
    const outcome = await judge(game, settled, last, expected ?? toComputed(scenario.kind, last));
    if (outcome.problems.length === 0) await rm(game.logFile, { force: true });
    return outcome;
  } finally {
    await game.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function judge(game: Game, runs: readonly Run[], last: Source, expected: Expected): Promise<Played> {
  const newest = runs.at(-1);
  if (!newest)
    return { ...NOTHING, problems: ['no run was opened'], faults: game.faults, logFile: game.logFile };
  const problems = await game.checkAll(runs.filter((run) => !isKilled(run)));
  let shown = await readShown(newest.kind, newest.name);
  const degraded = isKilled(newest)
    ? [`${newest.run}: ${newest.failure?.code}`]
    : toDegraded(shown, expected);
  if (degraded.length > 0 && problems.length === 0) {
    // What a kill or a full disk cost is made good by another pass, in which nothing goes wrong.
    const again = await game.again(newest, last);
    problems.push(...(await game.checkAll((await game.settle([again])).slice(-1))));
    shown = await readShown(newest.kind, newest.name);
    problems.push(...toDegraded(shown, expected).map((each) => `another pass did not make it good: ${each}`));
  }
  problems.push(...compare(shown, expected.hashes));
  return { problems, faults: game.faults, degraded, shown, logFile: game.logFile };
}

/** A source whose split is killed each time ends its run: as it should, though here the source is not at fault. */
const isKilled = ({ state, failure }: Run): boolean =>
  state === 'failed' && (failure?.code === 'CRASHED' || failure?.code === 'ABANDONED');

const NOTHING = { degraded: [], shown: undefined };

function toComputed(kind: string, source: Source): Expected {
  const hashes = [...toExpected(kind, source)].map(
    ([path, text]) => [path, createHash('sha256').update(text).digest('hex')] as const,
  );
  return { hashes: new Map(hashes), failing: source.failing };
}

function toDegraded(shown: Shown | undefined, { failing }: Expected): string[] {
  const bad = shown?.lines.filter(({ id, failure }) => failure && !failing.includes(id)) ?? [];
  return bad.map(({ id, failure }) => `${id}: ${failure?.code} ${failure?.message}`);
}

/** Bytes are equal to those of a faultless run, but for stale results of items that fail in this version. */
function compare(shown: Shown | undefined, expected: ReadonlyMap<string, string>): string[] {
  if (!shown) return expected.size === 0 ? [] : ['nothing is published'];
  const stale = new Set(
    shown.lines.filter((line) => line.stale).flatMap((line) => line.outputs.map(({ path }) => path)),
  );
  const missing = [...expected].flatMap(([path, hash]) =>
    shown.bytes.get(path) === hash ? [] : [`${path}: other bytes than in a faultless run`],
  );
  const more = [...shown.bytes.keys()].filter((path) => !expected.has(path) && !stale.has(path));
  return [...missing, ...more.map((path) => `${path}: not published by a faultless run`)];
}

class Game {
  readonly logFile: string;
  readonly faults: Record<string, number> = {};
  readonly #scenario: Scenario;
  readonly #stack: TestStack;
  readonly #port: number;
  readonly #folder: string;
  readonly #told: Told[] = [];
  readonly #cpu = createCpuShares(`chaos-${process.pid}`);
  #disk: SmallDisk | undefined;
  #child: ChaosStack | undefined;
  #uploads: Upload[] = [];
  #starts = 0;
  readonly #began = Date.now();

  constructor(scenario: Scenario, stack: TestStack, { folder, port }: { folder: string; port: number }) {
    this.#scenario = scenario;
    this.#stack = stack;
    this.#port = port;
    this.#folder = join(folder, 'state');
    this.logFile = join(tmpdir(), `chaos-${scenario.kind}-${scenario.seed}.log`);
  }

  async start(): Promise<void> {
    if (this.#scenario.clockStep) this.#count('clock set');
    if (this.#scenario.hasCpuShares && canLimitCpu()) this.#count("Lambda's share of a processor");
    await rm(this.logFile, { force: true });
    await mkdir(this.#folder);
    if (this.#scenario.fullDisks > 0) this.#disk = await mountSmallDisk(this.#folder, DISK_MB);
    this.#child = await ChaosStack.start(this.#toOptions(this.#scenario, false));
  }

  async stop(): Promise<void> {
    await this.#child?.kill();
    await this.#cpu.remove();
    await this.#disk?.unmount();
  }

  /** Uploads every version and plays until all runs have ended and are told. */
  async playAll(sources: readonly Source[]): Promise<Run[]> {
    const { nextVersionMs = 0 } = this.#scenario;
    const troubles = this.#planTroubles();
    const started = performance.now();
    let still = { since: started, signature: '' };
    for (;;) {
      const ms = performance.now() - started;
      const due = sources[this.#uploads.length];
      if (due && ms >= this.#uploads.length * nextVersionMs) this.#uploads.push(await upload(due));
      for (const trouble of takeDue(troubles, ms)) await trouble.happen();
      await this.#limitCpu();
      const runs = await this.#findRuns();
      const isOver = runs.length === sources.length && runs.every(isTold);
      if (isOver || ms > END_SECONDS * 1000) return runs;
      still = await this.#rescue(still, JSON.stringify(runs));
      await sleep(LOOK_MS);
    }
  }

  /** Waits for late duplicates to pass by, and reads how the runs stand after them. */
  async settle(runs: readonly Run[]): Promise<Run[]> {
    const end = performance.now() + SETTLE_SECONDS * 1000;
    let quiet = 0;
    while (performance.now() < end && quiet < QUIET_LOOKS) {
      const stats = await this.#child?.stats();
      quiet = Object.values(stats?.depths ?? {}).every((depth) => depth === 0) ? quiet + 1 : 0;
      await sleep(500);
    }
    const found = await this.#findRuns();
    return found.length === runs.length ? found : [...runs];
  }

  async #findRuns(): Promise<Run[]> {
    const found = await Promise.all(this.#uploads.map(({ run }) => findRun(run)));
    return found.filter((run) => run !== undefined);
  }

  async #limitCpu(): Promise<void> {
    if (this.#scenario.hasCpuShares && canLimitCpu()) await this.#cpu.limit(this.#child?.functions() ?? []);
  }

  /** Another pass over the newest version with nothing that goes wrong. */
  async again(run: Run, { key }: Source): Promise<Run> {
    await this.#restart({
      ...this.#scenario,
      faults: { rules: [] },
      duplicates: false,
      clockStep: undefined,
    });
    const { bucket, versionId } = run.source;
    const generation = run.generation + 1;
    await sendMessage(
      readEnv(['intakeQueue']).intakeQueue,
      { type: 'start', bucket, key, versionId, generation },
      'start',
    );
    const end = performance.now() + END_SECONDS * 1000;
    for (;;) {
      const found = await findRun(run.run);
      if (found && found.generation >= generation && isTold(found)) return found;
      if (performance.now() > end) return found ?? run;
      await sleep(LOOK_MS);
    }
  }

  async checkAll(runs: readonly Run[]): Promise<string[]> {
    const stats = await this.#child?.stats();
    this.#collect(stats);
    const newest = runs.at(-1);
    const shown = newest && (await readShown(newest.kind, newest.name));
    const refusals = Object.keys(stats?.refusals ?? {}).map((each) => `refused by the role: ${each}`);
    return [
      ...(await checkRest(runs, stats?.depths ?? {})),
      ...checkTold([...this.#told, ...(this.#child?.told ?? [])], runs, this.#starts === 1),
      ...(shown && newest.run === shown.published.run ? checkShown(shown, newest) : []),
      ...refusals,
    ];
  }

  #planTroubles(): Trouble[] {
    const { random, functionKills, stackKills, fullDisks } = this.#scenario;
    const times = <T>(n: number, make: () => T): T[] => Array.from({ length: n }, make);
    return [
      ...times(functionKills, () => ({ at: 800 + random(9000), happen: () => this.#killFunction() })),
      ...times(stackKills, () => ({ at: 1000 + random(9000), happen: () => this.#restart(this.#scenario) })),
      ...times(fullDisks, () => ({ at: 1000 + random(6000), happen: () => this.#fillDisk() })),
    ].sort((a, b) => a.at - b.at);
  }

  async #killFunction(): Promise<void> {
    const functions = this.#child?.functions() ?? [];
    const chosen = functions[this.#scenario.random(Math.max(1, functions.length))];
    if (chosen && killIfThere(chosen.pid)) this.#count('kill -9 of a function');
  }

  async #fillDisk(): Promise<void> {
    if (!this.#disk) return;
    this.#count('full disk');
    await this.#disk.fill();
    await sleep(FULL_MS);
    await this.#disk.empty();
    // The person at the terminal makes room, and starts the command again.
    await this.#restart(this.#scenario);
  }

  async #restart(scenario: Scenario): Promise<void> {
    this.#collect(await Promise.race([this.#child?.stats(), sleep(500, undefined)]));
    this.#told.push(...(this.#child?.told ?? []));
    await this.#child?.kill();
    this.#count('kill -9 of the stack');
    this.#child = await ChaosStack.start(this.#toOptions(scenario, true));
    await this.#startMissing();
  }

  /** An upload's event may have died with the stack before split saw it: the command line then starts the run, too. */
  async #startMissing(): Promise<void> {
    for (const { run, start } of this.#uploads) {
      if (await findRun(run)) continue;
      await sendMessage(readEnv(['intakeQueue']).intakeQueue, start, 'start');
    }
  }

  async #rescue(
    still: { since: number; signature: string },
    signature: string,
  ): Promise<{ since: number; signature: string }> {
    const now = performance.now();
    if (signature !== still.signature) return { since: now, signature };
    if (now - still.since < STILL_MS) return still;
    const stats = await this.#child?.stats();
    if (Object.values(stats?.depths ?? {}).some((depth) => depth > 0)) return { since: now, signature };
    this.#count('sweep');
    await this.#startMissing();
    await this.#child?.sweep();
    return { since: now, signature };
  }

  #collect(stats: Awaited<ReturnType<ChaosStack['stats']>>): void {
    for (const [name, times] of Object.entries(stats?.injected ?? {})) this.#count(name, times);
  }

  #count(name: string, times = 1): void {
    this.faults[name] = (this.faults[name] ?? 0) + times;
  }

  #toOptions({ faults, duplicates, seed, clockStep }: Scenario, isRestarted: boolean): ChildOptions {
    const { templateFile, codeDir } = this.#stack;
    return {
      templateFile,
      codeDir,
      stateDir: this.#folder,
      port: this.#port,
      concurrency: 2,
      faults: { ...faults, seed: seed + 1000 * this.#starts++ },
      duplicates,
      // The clock of a machine is set once: a stack that starts later finds it so.
      clock: clockStep && { atMs: this.#began + clockStep.afterMs, offsetMs: clockStep.byMs },
      logFile: this.logFile,
      secrets: [],
      isRestarted,
    };
  }
}

interface Trouble {
  /** Milliseconds after the start. */
  readonly at: number;
  readonly happen: () => Promise<void>;
}

function takeDue(troubles: Trouble[], ms: number): Trouble[] {
  return troubles.splice(0, troubles.filter(({ at }) => at <= ms).length);
}

const isTold = (run: Run): boolean => hasEnded(run) && run.emittedAt !== undefined;

interface Upload {
  readonly run: string;
  readonly start: object;
}

async function upload({ key, body }: Source): Promise<Upload> {
  const { inbox: bucket } = readEnv(['inbox']);
  const s3 = new S3Client({ forcePathStyle: true });
  const { VersionId: versionId } = await s3.send(
    new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }),
  );
  const kind = kindNamed(key.split('/', 1)[0] ?? '');
  const run = toRunId(kind, { bucket, key, versionId, size: body.length }, {});
  return { run, start: { type: 'start', bucket, key, versionId } };
}
