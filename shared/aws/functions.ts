import { InvokeCommand, LambdaClient, LambdaServiceException } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { SmallbatchError } from '../errors.ts';
import type { InvokeReply, InvokeRequest } from '../kind.ts';
import { readEnv } from './env.ts';

const arnsByKind = z.record(z.string(), z.record(z.string(), z.string()));
const errorPayload = z.object({
  errorType: z.string().default('Error'),
  errorMessage: z.string().default(''),
});

/** What Lambda answers when it is asked for more than it may run; nothing has begun. */
const THROTTLES = new Set([
  'TooManyRequestsException',
  'EC2ThrottledException',
  'ENILimitReachedException',
  'ResourceConflictException',
  'ResourceNotReadyException',
]);

let shared: LambdaClient | undefined;
/** One attempt: whoever asked decides what another one costs, and counts it. */
const client = (): LambdaClient => {
  shared ??= new LambdaClient({ maxAttempts: 1 });
  return shared;
};

/**
 * Calls a function and waits for its answer (RequestResponse).
 * @throws SmallbatchError FUNCTION_REFUSED, FUNCTION_MISSING
 */
export async function invokeFunction(kind: string, request: InvokeRequest): Promise<InvokeReply> {
  const FunctionName = toArn(kind, request.functionName);
  const input = { FunctionName, InvocationType: 'RequestResponse' as const, Payload: request.payload };
  const abortSignal = AbortSignal.timeout(Math.max(1, request.timeoutMs));
  try {
    const { Payload = new Uint8Array(), FunctionError } = await client().send(new InvokeCommand(input), {
      abortSignal,
    });
    return FunctionError ? toError(Payload) : { type: 'answer', payload: Payload };
  } catch (error) {
    if (abortSignal.aborted)
      return { type: 'timeout', errorMessage: `no answer within ${Math.round(request.timeoutMs)} ms` };
    return toReply(error, request.functionName);
  }
}

function toArn(kind: string, name: string): string {
  const arns = arnsByKind.parse(JSON.parse(readEnv(['functions']).functions))[kind] ?? {};
  const arn = Object.hasOwn(arns, name) ? arns[name] : undefined;
  if (arn !== undefined) return arn;
  const names = Object.keys(arns).join(', ') || 'none';
  throw new SmallbatchError(
    'FUNCTION_REFUSED',
    `expected a function that the config allows for ${kind} (${names}), found "${name}"`,
  );
}

/** Lambda's error object; what is not one is quoted. */
function toError(payload: Uint8Array): InvokeReply {
  const text = Buffer.from(payload).toString();
  try {
    return { type: 'error', ...errorPayload.parse(JSON.parse(text)) };
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof z.ZodError)) throw error;
    return { type: 'error', errorType: 'Error', errorMessage: text.slice(0, 200) };
  }
}

function toReply(error: unknown, name: string): InvokeReply {
  if (!(error instanceof Error)) throw error;
  const errorMessage = `${error.name}: ${error.message}`;
  if (THROTTLES.has(error.name)) return { type: 'throttled', errorMessage };
  if (error.name === 'RequestTooLargeException')
    return { type: 'error', errorType: error.name, errorMessage: error.message };
  if (error.name === 'ResourceNotFoundException')
    throw new SmallbatchError('FUNCTION_MISSING', `${name}: ${error.message}`, { cause: error });
  if (error.name === 'AccessDeniedException')
    throw new SmallbatchError('FUNCTION_REFUSED', `${name}: ${error.message}`, { cause: error });
  const isServiceFault = !(error instanceof LambdaServiceException) || error.$fault === 'server';
  if (isServiceFault) return { type: 'unavailable', errorMessage };
  throw error;
}
