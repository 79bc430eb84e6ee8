import * as z from 'zod';
import type { Ending, Served } from './ending.ts';
import type { Exit } from './function-process.ts';
import { MAX_RESPONSE_BYTES } from './runtime-api.ts';
import type { FunctionSpec, InvokeResult, InvokeStatus } from './types.ts';

/** What a runtime says of a function that threw; a part that is missing, or no text, is `Unknown` as with Lambda. */
const part = z.string().catch('Unknown');
const errorDocument = z
  .object({ errorType: part, errorMessage: part })
  .catch({ errorType: 'Unknown', errorMessage: 'Unknown' });

interface Verdict {
  readonly status: InvokeStatus;
  readonly payload: unknown;
  readonly text: string;
  readonly errorType?: string;
  readonly errorMessage?: string;
  readonly signal?: string;
  readonly exitCode?: number;
}

/** The result that a caller of Lambda's Invoke gets, with Lambda's error types and messages. */
export function toResult(spec: FunctionSpec, requestId: string, served: Served): InvokeResult {
  const limitMs = spec.timeoutSeconds * 1000;
  const durationMs = served.ending.type === 'deadline' ? limitMs : served.durationMs;
  return {
    ...toVerdict(served.ending, spec, requestId),
    requestId,
    durationMs,
    initMs: served.initMs,
    billedMs: Math.ceil(durationMs + served.initMs),
    peakRssMb: served.peakRssMb,
  };
}

function toVerdict(ending: Ending, spec: FunctionSpec, requestId: string): Verdict {
  switch (ending.type) {
    case 'response':
      return toAnswer(ending.body);
    case 'error':
      return toError(ending.body);
    case 'deadline': {
      const message = `RequestId: ${requestId} Error: Task timed out after ${spec.timeoutSeconds.toFixed(2)} seconds`;
      return fail('timeout', 'Sandbox.Timedout', message);
    }
    case 'gone':
      return toGone(ending.exit, requestId);
    default:
      return ending satisfies never;
  }
}

function toAnswer(body: string | undefined): Verdict {
  if (body === undefined) return tooLarge();
  try {
    return { status: 'ok', payload: JSON.parse(body), text: body };
  } catch (cause) {
    return fail('error', 'Runtime.InvalidResponse', `expected JSON, found: ${cause}`);
  }
}

function toError(body: string | undefined): Verdict {
  const answer = toAnswer(body);
  if (answer.status !== 'ok') return answer;
  const { payload } = answer;
  return {
    status: 'error',
    payload,
    text: answer.text,
    ...errorDocument.parse(payload),
  };
}

function toGone(exit: Exit, requestId: string): Verdict {
  const intro = `RequestId: ${requestId} Error: Runtime exited`;
  if (exit.outOfMemory) {
    return {
      ...fail('killed', 'Runtime.OutOfMemory', `${intro} with error: signal: killed`),
      ...toFacts(exit),
    };
  }
  if (exit.signal) {
    const message = `${intro} with error: signal: ${SIGNAL_NAMES[exit.signal] ?? exit.signal}`;
    return { ...fail('killed', 'Runtime.ExitError', message), ...toFacts(exit) };
  }
  const reason = exit.code === 0 ? 'without providing a reason' : `with error: exit status ${exit.code}`;
  return { ...fail('exited', 'Runtime.ExitError', `${intro} ${reason}`), ...toFacts(exit) };
}

/** As Lambda (written in Go) names them. */
const SIGNAL_NAMES: Partial<Record<NodeJS.Signals, string>> = {
  SIGKILL: 'killed',
  SIGABRT: 'aborted',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
};

function toFacts(exit: Exit): { readonly signal?: string; readonly exitCode?: number } {
  return exit.signal ? { signal: exit.signal } : { exitCode: exit.code ?? 0 };
}

function tooLarge(): Verdict {
  const message = `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`;
  return fail('error', 'Function.ResponseSizeTooLarge', message);
}

function fail(status: InvokeStatus, errorType: string, errorMessage: string): Verdict {
  const payload = { errorType, errorMessage };
  return { status, payload, text: JSON.stringify(payload), errorType, errorMessage };
}
