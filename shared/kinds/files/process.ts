import { SmallbatchError } from '../../errors.ts';
import { type Http, type HttpOptions, openHttp } from '../../http/http.ts';
import { throughPut } from '../../http/through-put.ts';
import type { Item, Outcome, ProcessContext } from '../../kind.ts';
import { toAuthorization } from './authorization.ts';
import { type Download, download, probeRanges } from './download.ts';
import { openObject } from './object.ts';
import type { FilesData, FilesOptions } from './schema.ts';
import { type Seen, verified } from './verified.ts';

type Context = ProcessContext<FilesOptions>;
type Process = (item: Item<FilesData>, context: Context) => Promise<Outcome<FilesData>>;

/** Nobody is to take a stranger's file for a page of the bucket's owner. */
const TYPE = 'application/octet-stream';
/** A file whose checksum is wrong is fetched once more: a proxy may have sent an older one. */
const FETCHES = 2;

/** Mirrors one file, or one part of a large one. */
export const processItem: Process = async (item, context) => {
  const { url } = item.data;
  if (url.startsWith('s3:')) return await mirror(item, context, () => openObject(url, context));
  const { allowedHosts } = context;
  const http = httpOf({ allowedHosts, servers: await context.servers() });
  const file = await toDownload(item, context);
  const parts = await toParts(item, context.options, () => probeRanges(http, file));
  return parts ? { type: 'expand', items: parts } : await mirror(item, context, () => download(http, file));
};

/** Kept for the life of the thread, with its connections: a cluster has many files of one server. */
let kept: { readonly key: string; readonly http: Http } | undefined;

function httpOf(options: HttpOptions): Http {
  const key = JSON.stringify(options);
  if (kept?.key !== key) kept = { key, http: openHttp(options) };
  return kept.http;
}

async function toDownload({ data }: Item<FilesData>, context: Context): Promise<Download> {
  const { url, range, etag, sha256 } = data;
  const headers = await toAuthorization(url, context);
  return { url, headers, range, etag, isChecked: sha256 !== undefined, signal: context.signal };
}

/** The parts of a file that is large, and whose server has ranges: each is recorded, so that a killed download goes on. */
async function toParts(
  { id, identity, data }: Item<FilesData>,
  { partBytes }: FilesOptions,
  probe: () => ReturnType<typeof probeRanges>,
): Promise<Item<FilesData>[] | undefined> {
  if (data.range || data.size === undefined || data.size <= partBytes) return undefined;
  const found = await probe();
  // What has another size fails as a whole, with the message that says so.
  if (found?.size !== data.size) return undefined;
  const { size, etag } = found;
  return Array.from({ length: Math.ceil(size / partBytes) }, (_, n) => {
    const range: [number, number] = [n * partBytes, Math.min((n + 1) * partBytes, size)];
    const part = { ...data, sha256: undefined, size: range[1] - range[0], range, etag };
    return { id: `${id}.part${n}`, identity, bytes: part.size, data: part };
  });
}

async function mirror(
  { data }: Item<FilesData>,
  context: Context,
  open: () => AsyncIterable<Uint8Array>,
): Promise<Outcome<FilesData>> {
  const path = data.range ? `${data.name}.part${data.range[0]}` : data.name;
  for (let fetches = 1; ; fetches++) {
    const seen: Seen = { sha256: '', size: 0 };
    try {
      const output = await throughPut(verified(open(), data, seen), (body) => context.put(path, body, TYPE));
      return { type: 'done', outputs: [output], detail: { sha256: seen.sha256, size: seen.size } };
    } catch (error) {
      const isWrong = error instanceof SmallbatchError && error.code === 'CHECKSUM_MISMATCH';
      if (!isWrong || fetches >= FETCHES) throw error;
    }
  }
}
