/** One function of the template, its environment already resolved. */
export interface FunctionSpec {
  readonly name: string;
  /** `<file>.<export>` below `codeDir`, as Lambda reads it: `process.handler` is `handler` of `process.js`. */
  readonly handler: string;
  readonly codeDir: string;
  /** Where its process starts, if not in `codeDir`. */
  readonly workDir?: string;
  /** The script that speaks the Runtime API, if it is not the one for Node's handlers. */
  readonly runtime?: string | undefined;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly ephemeralMb: number;
  /** Added to what Lambda sets itself; nothing of the parent's environment but PATH reaches the function. */
  readonly environment: Readonly<Record<string, string>>;
  /** Invocations at once; one more is refused with TooManyRequestsException. */
  readonly reservedConcurrency?: number;
}

/**
 * How an invocation ended: `error` is what the handler threw (or the init phase), `killed` a signal (for its memory or
 * of its own making), `exited` an exit code. After all but `ok` and `error` the next invocation starts a new instance.
 */
export type InvokeStatus = 'ok' | 'error' | 'timeout' | 'killed' | 'exited';

export interface InvokeResult {
  readonly status: InvokeStatus;
  /** The handler's value, or Lambda's error object `{errorType, errorMessage, trace?}`. */
  readonly payload: unknown;
  /** The same as the bytes that it came as. */
  readonly text: string;
  readonly errorType?: string;
  readonly errorMessage?: string;
  readonly signal?: string;
  readonly exitCode?: number;
  readonly durationMs: number;
  /** Duration and init, rounded up: AWS bills the init phase too (since August 2025). */
  readonly billedMs: number;
  /** 0 when the instance was warm. */
  readonly initMs: number;
  /** The process's peak RSS since its start; not Lambda's "Max Memory Used", which counts the whole sandbox. */
  readonly peakRssMb: number;
  readonly requestId: string;
}

export interface FunctionStats {
  readonly name: string;
  readonly memoryMb: number;
  readonly invocations: number;
  readonly coldStarts: number;
  /** Handler errors and exits. */
  readonly errors: number;
  readonly timeouts: number;
  readonly kills: number;
  readonly billedMs: number;
  readonly initMs: number;
  readonly peakRssMb: number;
}

export type Enforcement = 'cgroup-v2' | 'cgroup-v1' | 'poll' | 'none';

interface LogSource {
  readonly function: string;
  readonly instance: number;
}

/** A live instance; `pid` is undefined while its process starts. */
export interface InstanceInfo extends LogSource {
  readonly pid: number | undefined;
}

export type Log = (line: string, from: LogSource) => void;
