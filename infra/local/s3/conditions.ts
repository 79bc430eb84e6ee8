import type { IncomingHttpHeaders } from 'node:http';
import { S3Error } from './s3-error.ts';
import type { Version } from './version.ts';

/** What must hold of the key's latest object when a write is committed. */
export interface WriteCondition {
  /** `If-None-Match: *`: there is none. */
  readonly absent?: boolean;
  /** `If-Match`: this ETag, or `*` for any. */
  readonly etag?: string;
}

/** Throws NotImplemented for what S3 doesn't take on a write. */
export function parseWriteCondition(headers: IncomingHttpHeaders): WriteCondition {
  const absent = headers['if-none-match'];
  const etag = headers['if-match'];
  if (absent !== undefined && (absent !== '*' || etag !== undefined)) {
    throw new S3Error('NotImplemented', {
      message: `If-None-Match on a write: expected * alone, found ${absent}.`,
    });
  }
  return { absent: absent === '*', ...(etag === undefined ? {} : { etag }) };
}

/** Throws PreconditionFailed, or NoSuchKey when the object that should match isn't there. */
export function checkWrite({ absent, etag }: WriteCondition, latest: Version | undefined): void {
  const current = latest?.marker ? undefined : latest;
  if (absent && current) throw failed('If-None-Match');
  if (etag === undefined) return;
  if (!current) throw new S3Error('NoSuchKey');
  if (!hasEtag(etag, current.etag)) throw failed('If-Match');
}

interface ReadConditions {
  readonly match?: string | undefined;
  readonly noneMatch?: string | undefined;
  readonly modifiedSince?: string | undefined;
  readonly unmodifiedSince?: string | undefined;
}

/** Whether a GET or HEAD answers 304. Throws PreconditionFailed. ETags go before dates, as RFC 9110 section 13.2.2 has it. */
export function isNotModified(headers: IncomingHttpHeaders, version: Version): boolean {
  return evaluate(version, {
    match: headers['if-match'],
    noneMatch: headers['if-none-match'],
    modifiedSince: headers['if-modified-since'],
    unmodifiedSince: headers['if-unmodified-since'],
  });
}

/** The conditions that a copy puts on its source: all of them fail with 412. */
export function checkCopySource(headers: IncomingHttpHeaders, version: Version): void {
  const prefix = 'x-amz-copy-source-if-';
  const notModified = evaluate(version, {
    match: headers[`${prefix}match`]?.toString(),
    noneMatch: headers[`${prefix}none-match`]?.toString(),
    modifiedSince: headers[`${prefix}modified-since`]?.toString(),
    unmodifiedSince: headers[`${prefix}unmodified-since`]?.toString(),
  });
  if (notModified) throw failed(`${prefix}none-match`);
}

function evaluate(version: Version, conditions: ReadConditions): boolean {
  const { match, noneMatch, modifiedSince, unmodifiedSince } = conditions;
  if (match !== undefined) {
    if (!hasEtag(match, version.etag)) throw failed('If-Match');
  } else if (isAfter(version, unmodifiedSince) === true) throw failed('If-Unmodified-Since');
  if (noneMatch !== undefined) return hasEtag(noneMatch, version.etag);
  return isAfter(version, modifiedSince) === false;
}

/** `undefined` when there is no valid date to compare with. */
function isAfter(version: Version, date: string | undefined): boolean | undefined {
  const time = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(time) ? undefined : version.modified > time;
}

function hasEtag(list: string, etag: string): boolean {
  return list.split(',').some((one) => {
    const wanted = one.trim().replace(/^(?:W\/)?"?|"$/g, '');
    return wanted === '*' || wanted === etag;
  });
}

function failed(condition: string): S3Error {
  return new S3Error('PreconditionFailed', { details: { Condition: condition } });
}
