import { fileURLToPath } from 'node:url';
import type { FunctionSpec } from './types.ts';

const BOOTSTRAP = fileURLToPath(new URL('bootstrap.js', import.meta.url));
const DEFAULT_REGION = 'us-east-1';

/**
 * Node's flags as Lambda's own `/var/runtime/bootstrap` makes it (public.ecr.aws/lambda/nodejs): a tenth of the
 * memory size is new space, of which half is one semi-space; the rest is old space. So a 1,024 MB function may hold
 * 922 MB of heap, and what counts beside it (Buffers, WASM, code) meets the hard limit first.
 */
export function toNodeFlags(memoryMb: number): readonly string[] {
  const newSpaceMb = Math.floor(memoryMb / 10);
  return [
    '--expose-gc',
    '--max-http-header-size=81920',
    `--max-semi-space-size=${Math.floor(newSpaceMb / 2)}`,
    `--max-old-space-size=${memoryMb - newSpaceMb}`,
  ];
}

/** The command line that starts a function of `memoryMb` on this machine. */
export function toNodeCommand(memoryMb: number, runtime = BOOTSTRAP): readonly string[] {
  return [process.execPath, ...toNodeFlags(memoryMb), runtime];
}

/** The variables that Lambda sets, then the function's own; TMPDIR stands for Lambda's /tmp. */
export function toEnvironment(
  spec: FunctionSpec,
  instance: { readonly runtimeApi: string; readonly scratch: string; readonly number: number },
): Record<string, string> {
  const region = toRegion(spec);
  return {
    ...inherited(),
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    TMPDIR: instance.scratch,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    ...spec.environment,
    _HANDLER: spec.handler,
    LAMBDA_TASK_ROOT: spec.codeDir,
    AWS_LAMBDA_FUNCTION_NAME: spec.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${spec.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: `local/[$LATEST]${instance.number}`,
    AWS_LAMBDA_RUNTIME_API: instance.runtimeApi,
  };
}

export function toRegion(spec: FunctionSpec): string {
  return spec.environment.AWS_REGION ?? DEFAULT_REGION;
}

/** How this machine reaches others; the local stack itself is not reached by way of a proxy. */
const PROXIES = [
  'HTTP_PROXY',
  'http_proxy',
  'HTTPS_PROXY',
  'https_proxy',
  'NO_PROXY',
  'no_proxy',
  'NODE_EXTRA_CA_CERTS',
];

/** What a process can't start without, and its way to the network. Nothing else passes: a developer's AWS keys must not reach a function. */
function inherited(): Record<string, string> {
  const names = ['PATH', 'SystemRoot', ...PROXIES];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}
