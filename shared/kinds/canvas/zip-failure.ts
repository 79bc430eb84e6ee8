import { type ErrorCode, SmallbatchError } from '../../errors.ts';
import type { Failure } from '../../kind.ts';
import { ZipError, type ZipErrorCode } from '../../zip/errors.ts';

/** Not broken, only not read here. */
const UNSUPPORTED: ReadonlySet<ZipErrorCode> = new Set(['ENCRYPTED', 'METHOD_UNSUPPORTED', 'NOT_A_FILE']);

/** The failure of an entry that the directory has and no one can read. */
export function memberFailure(error: ZipError): Failure {
  return { code: codeOf(error), message: `${error.code}: ${error.message}` };
}

/** What a run reports in place of an error of the zip library; any other error is passed on as it is. */
export function asReported(error: unknown): unknown {
  if (!(error instanceof ZipError)) return error;
  return new SmallbatchError(codeOf(error), `${error.code}: ${error.message}`, { cause: error });
}

function codeOf(error: ZipError): ErrorCode {
  if (error.scope === 'archive') return 'ZIP_INVALID';
  return UNSUPPORTED.has(error.code) ? 'ZIP_MEMBER_UNSUPPORTED' : 'ZIP_MEMBER_INVALID';
}
