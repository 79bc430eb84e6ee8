import { randomUUID } from 'node:crypto';
import { LambdaException } from './errors.ts';
import type { Instance } from './instance.ts';
import type { Pool } from './pool.ts';
import { toReportLines } from './report.ts';
import { toResult } from './result.ts';
import { measureScratchMb } from './scratch.ts';
import { createTally } from './tally.ts';
import type { FunctionSpec, FunctionStats, InvokeResult } from './types.ts';

/** The functions of one service, by name. */
export interface Functions {
  /** Throws ResourceNotFoundException for a name that the template lacks. */
  requireName(name: string): void;
  /** One invocation from a free instance to its REPORT line. */
  invoke(name: string, payload: string): Promise<InvokeResult>;
  stats(): FunctionStats[];
}

export function createFunctions(specs: readonly FunctionSpec[], pool: Pool): Functions {
  const functions = new Map(specs.map((spec) => [spec.name, { spec, tally: createTally(spec) }]));
  const find = (name: string) => {
    const found = functions.get(name);
    if (found) return found;
    const known = [...functions.keys()].join(', ');
    throw new LambdaException(
      'ResourceNotFoundException',
      `Function not found: ${name}; there are: ${known}`,
    );
  };
  return {
    requireName: find,
    invoke: async (name, payload) => {
      const { spec, tally } = find(name);
      return await invokeOn(pool, spec, payload, tally.record);
    },
    stats: () => [...functions.values()].map(({ tally }) => tally.toStats()),
  };
}

async function invokeOn(
  pool: Pool,
  spec: FunctionSpec,
  payload: string,
  record: (result: InvokeResult) => void,
): Promise<InvokeResult> {
  const instance = await pool.acquire(spec);
  try {
    const requestId = randomUUID();
    const result = toResult(spec, requestId, await instance.invoke(requestId, payload));
    record(result);
    for (const line of toReportLines(spec, result)) instance.log(line);
    if (instance.isReady) await warnOfFullScratch(instance);
    return result;
  } finally {
    pool.release(instance);
  }
}

/** A folder can't be given a size without a file system of its own, so what Lambda would refuse is at least said. */
async function warnOfFullScratch(instance: Instance): Promise<void> {
  const { process, spec } = instance;
  const usedMb = process ? await measureScratchMb(process.scratch) : 0;
  if (usedMb <= spec.ephemeralMb) return;
  const found = `expected at most ${spec.ephemeralMb} MB in TMPDIR, found ${Math.ceil(usedMb)} MB`;
  instance.log(`WARN ephemeral storage: ${found}; on Lambda a write would have failed with ENOSPC`);
}
