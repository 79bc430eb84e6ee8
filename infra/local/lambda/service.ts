import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { ASYNC_RETRY_SECONDS, createAsyncEvents } from './async-events.ts';
import { LambdaException } from './errors.ts';
import { Instance } from './instance.ts';
import { type EnforcementChoice, startMemoryLimiter } from './memory-limit.ts';
import { Pool } from './pool.ts';
import { toReportLines } from './report.ts';
import { toResult } from './result.ts';
import { MAX_SLOTS } from './rss-watch.ts';
import { startRuntimeApi } from './runtime-api.ts';
import { makeScratchRoot, measureScratchMb, removeScratch } from './scratch.ts';
import { createTally } from './tally.ts';
import type { Enforcement, FunctionSpec, FunctionStats, InvokeResult, Log } from './types.ts';
import { startWatchdog } from './watchdog.ts';

export type { FunctionSpec, FunctionStats, InvokeResult } from './types.ts';

/** Lambda's limit of a synchronous payload. */
const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;
/** Two instances per core keep the cores busy while half of them wait for the network. */
const INSTANCES_PER_CORE = 2;
const MIN_INSTANCES = 4;

export interface LambdaService {
  /** RequestResponse: resolves with the result, however the invocation ended; rejects with a LambdaException if none began. */
  invoke(name: string, payload: unknown): Promise<InvokeResult>;
  /** Event: resolves when the event is taken; it is tried three times. A failure after that is logged. */
  invokeAsync(name: string, payload: unknown): Promise<void>;
  stats(): FunctionStats[];
  /** Kills every instance and removes memory groups and scratch folders. */
  stop(): Promise<void>;
}

export interface LambdaOptions {
  readonly functions: readonly FunctionSpec[];
  readonly stateDir: string;
  readonly log: Log;
  readonly enforcement?: EnforcementChoice;
  /** Processes at once, of all functions; an invocation beyond waits. */
  readonly maxInstances?: number;
  /** Pauses before an asynchronous event is tried again. */
  readonly asyncRetrySeconds?: readonly number[];
}

interface LocalFunction {
  readonly spec: FunctionSpec;
  readonly tally: ReturnType<typeof createTally>;
}

/** Starts the local Lambda: the functions as child processes under the Runtime API, their memory sizes enforced. */
export async function startLambda(
  options: LambdaOptions,
): Promise<LambdaService & { readonly enforcement: Enforcement; readonly enforcementReason: string }> {
  const functions = new Map(options.functions.map((spec) => [spec.name, { spec, tally: createTally(spec) }]));
  const scratchRoot = await makeScratchRoot(options.stateDir);
  const memory = await startMemoryLimiter(options.enforcement ?? 'auto');
  const watchdog = startWatchdog();
  const api = await startRuntimeApi();
  let number = 0;
  const workshop = { scratchRoot, memory, watchdog };
  const start = (spec: FunctionSpec) =>
    new Instance({ spec, number: ++number, api, workshop, log: options.log });
  const pool = new Pool(start, toMaxInstances(options.maxInstances));
  const invoke = async (name: string, payload: unknown) =>
    await invokeOn(pool, functionNamed(functions, name), toPayload(name, payload));
  const onFailure = (name: string, reason: string) =>
    options.log(`asynchronous event given up after its retries: ${reason}`, { function: name, instance: 0 });
  const retrySeconds = options.asyncRetrySeconds ?? ASYNC_RETRY_SECONDS;
  const events = createAsyncEvents({ invoke, onFailure, retrySeconds });

  return {
    enforcement: memory.enforcement,
    enforcementReason: memory.reason,
    invoke,
    invokeAsync: async (name, payload) => events.accept(functionNamed(functions, name).spec.name, payload),
    stats: () => [...functions.values()].map(({ tally }) => tally.toStats()),
    stop: async () => {
      events.stop();
      await pool.close();
      await api.close();
      await memory.close();
      watchdog.close();
      await removeScratch(scratchRoot);
    },
  };
}

async function invokeOn(pool: Pool, { spec, tally }: LocalFunction, payload: string): Promise<InvokeResult> {
  const instance = await pool.acquire(spec);
  try {
    const requestId = randomUUID();
    const result = toResult(spec, requestId, await instance.invoke(requestId, payload));
    tally.record(result);
    for (const line of toReportLines(spec, result)) instance.log(line);
    if (instance.isReady) await warnOfFullScratch(instance);
    return result;
  } finally {
    pool.release(instance);
  }
}

/** A folder can't be given a size without a file system of its own, so what Lambda would refuse is at least said. */
async function warnOfFullScratch(instance: Instance): Promise<void> {
  const { scratch, spec } = instance;
  const usedMb = scratch === undefined ? 0 : await measureScratchMb(scratch);
  if (usedMb <= spec.ephemeralMb) return;
  instance.log(
    `WARN ephemeral storage: expected at most ${spec.ephemeralMb} MB in TMPDIR, found ${Math.ceil(usedMb)} MB; on Lambda a write would have failed with ENOSPC`,
  );
}

function functionNamed(functions: ReadonlyMap<string, LocalFunction>, name: string): LocalFunction {
  const found = functions.get(name);
  if (found) return found;
  const known = [...functions.keys()].join(', ');
  throw new LambdaException('ResourceNotFoundException', `Function not found: ${name}; there are: ${known}`);
}

function toPayload(name: string, payload: unknown): string {
  const json = JSON.stringify(payload) ?? 'null';
  const bytes = Buffer.byteLength(json);
  if (bytes <= MAX_PAYLOAD_BYTES) return json;
  const message = `${name}: expected a payload of at most ${MAX_PAYLOAD_BYTES} bytes, found ${bytes}`;
  throw new LambdaException('RequestTooLargeException', message);
}

function toMaxInstances(wanted: number | undefined): number {
  const instances = wanted ?? Math.max(MIN_INSTANCES, INSTANCES_PER_CORE * availableParallelism());
  return Math.min(Math.max(1, instances), MAX_SLOTS);
}
