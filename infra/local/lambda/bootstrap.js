/**
 * The runtime inside a function's process: loads the handler, then asks the Runtime API for one invocation after the other.
 * Plain JavaScript: stripping types would cost every cold start time and memory that the function pays for.
 * Contract: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html; error names as in Lambda's Node 24 runtime.
 */
import { existsSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** The parent holds the other end of this pipe and never writes: when it closes, the parent is gone, however it died. */
const PARENT_ALIVE_FD = 3;
const UNHANDLED_REJECTION_EXIT = 128;
const UNCAUGHT_EXCEPTION_EXIT = 129;

const env = process.env;
const base = `http://${env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;
/** One connection, kept alive for good: a warm call costs two requests and no handshake. */
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
let requestId = '';

const parent = new net.Socket({ fd: PARENT_ALIVE_FD, readable: true, writable: false });
parent.on('close', () => process.kill(process.pid, 'SIGKILL')).resume();

process.on('uncaughtException', (error, origin) => {
  const rejected = origin === 'unhandledRejection';
  const type = rejected ? 'Runtime.UnhandledPromiseRejection' : undefined;
  const leave = () => process.exit(rejected ? UNHANDLED_REJECTION_EXIT : UNCAUGHT_EXCEPTION_EXIT);
  const report = toErrorReport(error, type);
  console.error(
    `${rejected ? 'Unhandled Promise Rejection' : 'Uncaught Exception'}\t${JSON.stringify(report)}`,
  );
  call('POST', `/invocation/${requestId}/error`, JSON.stringify(report), false).then(leave, leave);
});

await main();

async function main() {
  const handler = await loadHandler().catch(failInit);
  for (;;) await serveOne(handler);
}

async function failInit(error) {
  const report = toErrorReport(error, error?.runtimeType);
  console.error(`Init Error\t${JSON.stringify(report)}`);
  await call('POST', '/init/error', JSON.stringify(report));
  process.exit(1);
}

async function serveOne(handler) {
  const next = await call('GET', '/invocation/next');
  requestId = next.headers['lambda-runtime-aws-request-id'];
  env._X_AMZN_TRACE_ID = next.headers['lambda-runtime-trace-id'];
  try {
    const value = await handler(JSON.parse(next.text), toContext(next.headers));
    await call('POST', `/invocation/${requestId}/response`, JSON.stringify(value) ?? 'null');
  } catch (error) {
    const report = toErrorReport(error);
    console.error(`Invoke Error\t${JSON.stringify(report)}`);
    await call('POST', `/invocation/${requestId}/error`, JSON.stringify(report));
  }
}

function toContext(headers) {
  const deadlineMs = Number(headers['lambda-runtime-deadline-ms']);
  return {
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  };
}

/** `dir/file.export.inner` → the function. Lambda looks for `.js`, `.mjs` and `.cjs`, in this order. */
async function loadHandler() {
  const { dir, base: last } = path.posix.parse(env._HANDLER);
  const [name = '', ...exported] = last.split('.');
  if (exported.length === 0)
    throw initError('Runtime.MalformedHandlerName', `"${env._HANDLER}" has no export`);
  const stem = path.join(env.LAMBDA_TASK_ROOT, dir, name);
  const file = ['.js', '.mjs', '.cjs'].map((extension) => stem + extension).find((one) => existsSync(one));
  if (!file) throw initError('Runtime.ImportModuleError', `Cannot find module '${stem}' (.js, .mjs or .cjs)`);
  const module = await import(pathToFileURL(file).href).catch((cause) => {
    throw initError(toImportErrorType(cause), String(cause?.message ?? cause), cause);
  });
  const handler = exported.reduce((owner, key) => owner?.[key], module);
  if (typeof handler !== 'function') {
    throw initError('Runtime.HandlerNotFound', `${env._HANDLER} is undefined or not exported`);
  }
  if (handler.length > 2) {
    throw initError(
      'Runtime.CallbackHandlerDeprecated',
      `${env._HANDLER}: Node 24 handlers take no callback`,
    );
  }
  return handler;
}

function toImportErrorType(cause) {
  if (cause instanceof SyntaxError) return 'Runtime.UserCodeSyntaxError';
  return cause?.code === 'ERR_MODULE_NOT_FOUND' ? 'Runtime.ImportModuleError' : undefined;
}

function initError(runtimeType, message, cause) {
  const error = new Error(message, { cause });
  if (cause?.stack) error.stack = cause.stack;
  return Object.assign(error, { runtimeType: runtimeType ?? cause?.name });
}

function toErrorReport(error, type) {
  if (!(error instanceof Error)) {
    return { errorType: type ?? typeof error, errorMessage: String(error), trace: [] };
  }
  return {
    errorType: type ?? error.name,
    errorMessage: error.message,
    trace: (error.stack ?? '').split('\n'),
  };
}

function call(method, route, body, useAgent = agent) {
  return new Promise((resolve, reject) => {
    const request = http.request(base + route, { method, agent: useAgent }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ headers: response.headers, text: Buffer.concat(chunks).toString() }),
      );
      response.on('error', reject);
    });
    request.on('error', reject).end(body);
  });
}
