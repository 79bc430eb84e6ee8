import { randomBytes } from 'node:crypto';
import { toRegion } from './launch.ts';
import type { Invocation } from './runtime-api.ts';
import type { FunctionSpec } from './types.ts';

const LOCAL_ACCOUNT = '000000000000';

/** What the runtime is told of one invocation that starts now. */
export function toInvocation(spec: FunctionSpec, requestId: string, payload: string): Invocation {
  return {
    requestId,
    payload,
    deadlineMs: Date.now() + spec.timeoutSeconds * 1000,
    functionArn: `arn:aws:lambda:${toRegion(spec)}:${LOCAL_ACCOUNT}:function:${spec.name}`,
    traceId: toTraceId(),
  };
}

/** X-Ray's form, not sampled: `Root=1-<seconds, hex>-<96 bits>;Parent=<64 bits>;Sampled=0`. */
function toTraceId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')};Parent=${randomBytes(8).toString('hex')};Sampled=0`;
}
