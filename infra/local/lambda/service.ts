import { availableParallelism } from 'node:os';
import { ASYNC_RETRY_SECONDS, createAsyncEvents } from './async-events.ts';
import type { Workshop } from './function-process.ts';
import { createFunctions } from './functions.ts';
import { Instance } from './instance.ts';
import { type EnforcementChoice, startMemoryLimiter } from './memory-limit.ts';
import { MAX_EVENT_BYTES, MAX_PAYLOAD_BYTES, toPayload } from './payload.ts';
import { Pool } from './pool.ts';
import { MAX_SLOTS } from './rss-watch.ts';
import { type RuntimeApi, startRuntimeApi } from './runtime-api.ts';
import { makeScratchRoot, removeScratch } from './scratch.ts';
import type { Enforcement, FunctionSpec, FunctionStats, InstanceInfo, InvokeResult, Log } from './types.ts';
import { startWatchdog } from './watchdog.ts';

export type { FunctionSpec, FunctionStats, InvokeResult } from './types.ts';

/** Two instances per core keep the cores busy while half of them wait for the network. */
const INSTANCES_PER_CORE = 2;
const MIN_INSTANCES = 4;

export interface LambdaService {
  /** RequestResponse: resolves with the result, however the invocation ended; rejects with a LambdaException if none began. */
  invoke(name: string, payload: unknown): Promise<InvokeResult>;
  /** The same with a payload that is JSON already, and passes as it is. */
  invokeText(name: string, json: string): Promise<InvokeResult>;
  /** Event: resolves when the event is taken; it is tried three times. A failure after that is logged. */
  invokeAsync(name: string, payload: unknown): Promise<void>;
  stats(): FunctionStats[];
  /** The instances alive now, so that a reliability test can kill one. */
  instances(): InstanceInfo[];
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
  /** Invocations at once, of all functions; one beyond is throttled. */
  readonly accountConcurrency?: number | undefined;
  /** Pauses before an asynchronous event is tried again. */
  readonly asyncRetrySeconds?: readonly number[];
}

export interface EnforcedLambdaService extends LambdaService {
  readonly enforcement: Enforcement;
  /** Why this enforcement and what it counts, to be printed. */
  readonly enforcementReason: string;
}

/** Starts the local Lambda: the functions as child processes under the Runtime API, their memory sizes enforced. */
export async function startLambda(options: LambdaOptions): Promise<EnforcedLambdaService> {
  const memory = await startMemoryLimiter(options.enforcement ?? 'auto');
  const scratchRoot = await makeScratchRoot(options.stateDir);
  const workshop = { memory, scratchRoot, watchdog: startWatchdog() };
  const service = createService(options, workshop, await startRuntimeApi());
  return { ...service, enforcement: memory.enforcement, enforcementReason: memory.reason };
}

function createService(options: LambdaOptions, workshop: Workshop, api: RuntimeApi): LambdaService {
  let number = 0;
  const start = (spec: FunctionSpec) =>
    new Instance({ spec, number: ++number, api, workshop, log: options.log });
  const pool = new Pool(start, toMaxInstances(options.maxInstances), options.accountConcurrency);
  const functions = createFunctions(options.functions, pool);
  const events = createAsyncEvents({
    invoke: functions.invoke,
    onFailure: (name, reason) =>
      options.log(`asynchronous event given up: ${reason}`, { function: name, instance: 0 }),
    retrySeconds: options.asyncRetrySeconds ?? ASYNC_RETRY_SECONDS,
  });
  return {
    invoke: async (name, payload) =>
      await functions.invoke(name, toPayload(name, payload, MAX_PAYLOAD_BYTES)),
    invokeText: async (name, json) => await functions.invoke(name, json),
    invokeAsync: async (name, payload) => {
      functions.requireName(name);
      events.accept(name, toPayload(name, payload, MAX_EVENT_BYTES));
    },
    stats: functions.stats,
    instances: () => pool.list(),
    stop: async () => {
      events.stop();
      await pool.close();
      await api.close();
      await closeWorkshop(workshop);
    },
  };
}

async function closeWorkshop({ memory, watchdog, scratchRoot }: Workshop): Promise<void> {
  await memory.close();
  watchdog.close();
  await removeScratch(scratchRoot);
}

function toMaxInstances(wanted: number | undefined): number {
  const instances = wanted ?? Math.max(MIN_INSTANCES, INSTANCES_PER_CORE * availableParallelism());
  return Math.min(Math.max(1, instances), MAX_SLOTS);
}
