/** Connections that broke or were never made; a body that is cut in the middle has no answer's status with it, either. */
const NETWORK_CODES: ReadonlySet<string> = new Set([
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_SOCKET',
]);
/** What services answer with a 400 although the caller did nothing wrong. */
const PASSING_NAMES =
  /throttl|slowdown|limitexceeded|throughputexceeded|toomanyrequests|requesttimeout|expired/i;

/**
 * Is it AWS (or the way to it) that failed, rather than what was asked of it? Such a call may work when it is made again; it is
 * never the fault of the item that was at work. A refusal by a role counts: it is the stack's fault, and may be mended.
 */
export function isServiceFault(error: unknown): boolean {
  if (error instanceof Unavailable) return true;
  for (let each = error; each instanceof Error; each = each.cause) if (isFault(each)) return true;
  return false;
}

/** AWS failed in another thread, of which only the words came through. */
export class Unavailable extends Error {}

function isFault(error: Error): boolean {
  if ('code' in error && NETWORK_CODES.has(String(error.code))) return true;
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  if ($metadata === undefined) return false;
  const { httpStatusCode: status = 0 } = $metadata;
  // The SDK puts no status to an answer that never came.
  return status < 400 || status >= 500 || [401, 403, 429].includes(status) || PASSING_NAMES.test(error.name);
}
