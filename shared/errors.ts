import * as z from 'zod';
import { toIssues } from './safe-text/issues.ts';
import { type SafeText, toSafeText } from './safe-text/safe-text.ts';

/**
 * The one error class and the one table of codes. `errors.md` lists every code; a test holds the two together.
 */
export const ERROR_CODES = {
  // the source as a whole
  SOURCE_MISSING: 'The uploaded object (or this version of it) is not there.',
  SOURCE_UNKNOWN_KIND: 'No kind takes this source.',
  SOURCE_NAME_TAKEN: 'Another file has the name that the results would have, or one that lies in it.',
  SOURCE_TOO_LARGE: 'The source is over a named limit.',
  OPTIONS_INVALID: 'A run option is unknown or has a wrong value.',
  // archives
  ZIP_INVALID:
    'The archive as a whole breaks a rule of the zip format or a safety rule; nothing of it is processed.',
  ZIP_MEMBER_INVALID: 'One member breaks a rule; the others go on.',
  ZIP_MEMBER_UNSUPPORTED: 'One member uses a method or feature that is not read (encryption, bzip2 …).',
  METADATA_INVALID:
    'The metadata beside a course archive breaks a rule, so nothing is known of what it hides.',
  MEMBER_MISSING: 'A manifest names a file that the archive does not have.',
  // documents
  PDF_INVALID: 'Not a PDF, cut off, or without a readable page.',
  PDF_PASSWORD: 'The PDF needs a password.',
  PAGES_FAILED: 'Some pages of a document could not be converted.',
  TEXT_INVALID: 'A text file is not valid in the encoding it declares.',
  KEY_TOO_LONG: 'An output would need an S3 key of more than 1,024 bytes.',
  KEY_RESERVED: 'An output has a name that the run itself uses.',
  ITEM_TOO_LARGE: 'An item is over the size that its kind processes.',
  // collections
  REQUIREMENTS_INVALID: 'The requirements file, or an entry of it, breaks a rule.',
  VERSION_MISSING: 'No version of the collection is in the required range.',
  SIGNATURE_INVALID: 'A collection version is not signed as the options demand.',
  // lists
  LIST_INVALID: 'The list as a whole is not what its format says; the message names line and byte.',
  LIST_LINE_INVALID: 'One line (row, entry) of a list breaks a rule; the message names line and byte.',
  FUNCTION_MISSING: 'There is no function of this name.',
  FUNCTION_REFUSED: 'The config does not allow the function, or the role may not call it.',
  FUNCTION_ERROR: 'The function threw; the message has its error’s type and text.',
  FUNCTION_TIMEOUT: 'The function did not answer within its time limit.',
  FUNCTION_THROTTLED: 'Lambda had no room for the function for longer than is waited for.',
  FUNCTION_CRASHED: 'The function’s process ended (killed, out of memory, exit).',
  ROW_FAILED: 'The function answered with an error for this row.',
  RESULT_INVALID: 'The function answered with something other than results.',
  RESULT_COUNT: 'The function answered with more or fewer results than it got items.',
  RESULT_TOO_LARGE: 'The function’s answer is over Lambda’s limit of 6 MiB.',
  NOT_RUN: 'Too many items had failed before it was this one’s turn.',
  // other servers
  UPSTREAM_MISSING: 'The server has no such thing (404).',
  UPSTREAM_REFUSED: 'The server refused the request (401, 403), or the token.',
  UPSTREAM_FAILED: 'The server did not answer, or with an error, at every attempt.',
  UPSTREAM_INVALID: 'The server answered with something other than the protocol says.',
  CHECKSUM_MISMATCH: 'What was downloaded is not what was promised (size or SHA-256).',
  ADDRESS_REFUSED: 'A request would have gone to an address that the config does not allow.',
  SECRET_MISSING: 'The config names no such secret, or it has no value.',
  // running
  OUT_OF_MEMORY: 'The item needs more memory than the largest tier has.',
  TIMED_OUT: 'The item did not end within its time limit.',
  ITEM_TOO_COSTLY: 'The item computed until its time limit; the same bytes would do so again.',
  BUDGET_SPENT: 'The run has used up its budget (of the config); what is left is left out.',
  CRASHED: 'The item ended its worker thread or its function.',
  QUARANTINED:
    'The item was at work each time its function was killed; it is left out so that the others go on.',
  ABANDONED: 'Every attempt at the cluster failed; its message reached the dead-letter queue.',
  JOIN_FAILED: 'The results of an item that was split further could not be joined.',
  HOP_LIMIT: 'Splitting handed itself on more often than the limit allows.',
  RUN_DEADLINE: 'The run did not end before its deadline.',
  ITEM_FAILED: 'An unexpected error while the item was processed.',
  // the set-up
  ENV_MISSING: 'A required environment variable is missing.',
  MESSAGE_INVALID: 'A message or event does not have the expected shape.',
  FILE_FAILED:
    'A file or folder of this machine can not be written or read: it says which, why, and what to do.',
  STATE_LOCKED: 'Another process uses the same state folder.',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** Failures that the same source has each time; any other may be gone at the next attempt. */
const PERMANENT: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'ZIP_MEMBER_INVALID',
  'ZIP_MEMBER_UNSUPPORTED',
  'MEMBER_MISSING',
  'PDF_INVALID',
  'PDF_PASSWORD',
  'TEXT_INVALID',
  'KEY_TOO_LONG',
  'KEY_RESERVED',
  'ITEM_TOO_LARGE',
  'ITEM_TOO_COSTLY',
]);
export const isPermanent = (code: ErrorCode): boolean => PERMANENT.has(code);

/** Why an item, or a run, failed: stored, logged and shown as it is. Only `toFailure` and `newFailure` make one. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: SafeText;
}

/** The one place where a failure is made: its message is short, in printable characters, and without secrets, whoever wrote it. */
export function newFailure(code: ErrorCode, message: string): Failure {
  return { code, message: toSafeText(message) };
}

/** Any thrown value as a failure; what is not ours is `ITEM_FAILED` with the error's name. */
export function toFailure(error: unknown): Failure {
  if (error instanceof SmallbatchError) return newFailure(error.code, error.message);
  // its own message has all issues, be they a million
  if (error instanceof z.ZodError) return newFailure('ITEM_FAILED', toIssues(error));
  if (error instanceof Error) return newFailure('ITEM_FAILED', `${error.name}: ${error.message}`);
  return newFailure('ITEM_FAILED', String(error));
}

/** Says what was expected, what was found and where, under a stable code. Keeps the `cause`. */
export class SmallbatchError extends Error {
  readonly code: ErrorCode;
  declare readonly message: SafeText;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(toSafeText(message), options);
    this.name = 'SmallbatchError';
    this.code = code;
  }
}
