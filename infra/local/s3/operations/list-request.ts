import { S3Error } from '../s3-error.ts';

/** S3's page size; a greater `max-keys` gets this one. */
const PAGE_LIMIT_KEYS = 1000;

export interface ListRequest {
  readonly prefix: string;
  readonly delimiter: string;
  readonly limit: number;
  readonly encodingType: 'url' | undefined;
  /** Writes a key as the caller asked for it. */
  encode(text: string): string;
}

/** What all listings have in common. Throws InvalidArgument. */
export function parseListRequest(query: URLSearchParams): ListRequest {
  const encodingType = query.get('encoding-type') ?? undefined;
  if (encodingType !== undefined && encodingType !== 'url') {
    throw new S3Error('InvalidArgument', { message: `encoding-type: expected url, found ${encodingType}.` });
  }
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    limit: parseLimit(query.get('max-keys')),
    encodingType,
    encode: encodingType === 'url' ? encodeUrl : (text) => text,
  };
}

export function toOwnerFields() {
  return { ID: 'local', DisplayName: 'local' };
}

function parseLimit(text: string | null): number {
  if (text === null) return PAGE_LIMIT_KEYS;
  if (!/^\d{1,10}$/.test(text)) {
    throw new S3Error('InvalidArgument', { message: `max-keys: expected a number, found "${text}".` });
  }
  return Math.min(Number(text), PAGE_LIMIT_KEYS);
}

/** As AWS writes it: slashes stay, a space is a plus. */
function encodeUrl(text: string): string {
  return encodeURIComponent(text)
    .replace(/%2F/g, '/')
    .replace(/%20/g, '+')
    .replace(/[!'()]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
