import { type ErrorCode, type Failure, newFailure } from '../../errors.ts';
import type { InvokeReply } from '../../kind.ts';

type ErrorReply = Extract<InvokeReply, { type: 'error' }>;

/** What Lambda itself calls the ways in which a function ends. */
const BY_TYPE: Readonly<Record<string, ErrorCode>> = {
  'Sandbox.Timedout': 'FUNCTION_TIMEOUT',
  'Function.ResponseSizeTooLarge': 'RESULT_TOO_LARGE',
  'Runtime.ExitError': 'FUNCTION_CRASHED',
  'Runtime.OutOfMemory': 'FUNCTION_CRASHED',
  'Runtime.InvalidResponse': 'RESULT_INVALID',
  RequestTooLargeException: 'ITEM_TOO_LARGE',
};
/** What a function throws when it is itself refused for want of room: it has done nothing yet, and says so. */
const THROTTLED_TYPES = new Set([
  'TooManyRequestsException',
  'ThrottlingException',
  'Lambda.TooManyRequestsException',
]);

export const isThrottle = (reply: InvokeReply): boolean =>
  reply.type === 'throttled' || (reply.type === 'error' && THROTTLED_TYPES.has(reply.errorType));

/** The failure of every row of a call that did not answer. */
export function toCallFailure(reply: Exclude<InvokeReply, { type: 'answer' }>): Failure {
  if (isThrottle(reply)) return newFailure('FUNCTION_THROTTLED', reply.errorMessage);
  switch (reply.type) {
    case 'timeout':
      return newFailure('FUNCTION_TIMEOUT', reply.errorMessage);
    case 'error':
      return newFailure(toCode(reply), `${reply.errorType}: ${reply.errorMessage}`);
    case 'throttled':
    case 'unavailable':
      return newFailure('FUNCTION_ERROR', `Lambda did not answer: ${reply.errorMessage}`);
    default:
      return reply satisfies never;
  }
}

/** A function that Lambda stopped at its time limit has no type of its own in older runtimes, only the text. */
function toCode({ errorType, errorMessage }: ErrorReply): ErrorCode {
  return (
    BY_TYPE[errorType] ?? (/Task timed out after/.test(errorMessage) ? 'FUNCTION_TIMEOUT' : 'FUNCTION_ERROR')
  );
}

/** The name under which an option asks for another attempt. */
export function typeOf(reply: Exclude<InvokeReply, { type: 'answer' }>): string {
  if (toCallFailure(reply).code === 'FUNCTION_TIMEOUT') return 'Timeout';
  return reply.type === 'error' ? reply.errorType : 'Unavailable';
}
