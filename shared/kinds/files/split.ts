import { hash } from 'node:crypto';
import { type Failure, newFailure, SmallbatchError } from '../../errors.ts';
import type { Item, SplitContext, SplitEntry } from '../../kind.ts';
import type { FileEntry, FileListEntry } from '../../lists/file-entry.ts';
import { Occurrences } from '../../lists/occurrences.ts';
import { toText } from '../../lists/row.ts';
import { toAuthorization } from './authorization.ts';
import { nameOfUrl, toName } from './name.ts';
import { openList } from './open-list.ts';
import type { FilesData, FilesOptions } from './schema.ts';

type FileItem = Item<FilesData>;
type Context = SplitContext<FilesOptions>;

/**
 * The files of a list, one item each. What has a checksum is the same file as long as that is the same; of what has none
 * nobody can know without asking, so it is fetched in every run.
 * @throws SmallbatchError LIST_INVALID, SECRET_MISSING, ADDRESS_REFUSED
 */
export async function* split(context: Context): AsyncGenerator<SplitEntry<FilesData>> {
  // What the config does not allow is said before anything is fetched.
  if (context.options.baseUrl !== undefined) await toAuthorization(context.options.baseUrl, context);
  const paths = new Paths();
  for await (const entry of openList(context)) {
    const item = toItem(entry, context);
    const seen = item.failure ? 'new' : paths.see(item);
    if (seen === 'same') context.leaveOut('repeated lines');
    else yield { item: seen === 'doubled' ? toDoubled(entry, item) : item };
  }
}

/** Which paths came before, and for which files. */
class Paths {
  readonly #paths = new Occurrences();
  readonly #files = new Occurrences();

  see({ id, identity }: FileItem): 'new' | 'same' | 'doubled' {
    const isSame = (this.#files.add(digest(`${id}\n${identity}`)) ?? 1) > 1;
    const isDoubled = (this.#paths.add(digest(id)) ?? 1) > 1;
    if (isSame) return 'same';
    return isDoubled ? 'doubled' : 'new';
  }
}

const digest = (text: string): Buffer => hash('sha256', text, 'buffer');

function toItem(entry: FileListEntry, context: Context): FileItem {
  if (entry.type === 'bad') return toFailed(entry, newFailure(entry.code, entry.message));
  const place = locate(entry, context.options);
  if (typeof place === 'string') return toFailed(entry, toFailure(entry, place));
  const name = toName(entry.name ?? nameOfUrl(place));
  if (typeof name !== 'string')
    return toFailed(entry, newFailure(name.code, `${toText(entry)}: ${name.message}`));
  const { sha256, size, line } = entry;
  const identity = sha256 === undefined ? context.startedAt.toISOString() : `${sha256} ${size ?? ''}`;
  return { id: name, identity, bytes: size ?? 0, data: { url: place.href, name, sha256, size, line } };
}

/** Where a file is; or what is wrong with that. */
function locate({ url, name = '' }: FileEntry, { baseUrl }: FilesOptions): URL | string {
  if (url === undefined && baseUrl === undefined)
    throw new SmallbatchError(
      'OPTIONS_INVALID',
      'expected the option base-url, for the list has names without a place',
    );
  const path = (url ?? name)
    .split('/')
    .map((part) => (url === undefined ? encodeURIComponent(part) : part))
    .join('/');
  // A name is below the base, whatever it looks like; only an entry's own url may lead elsewhere.
  const place = URL.parse(url === undefined ? `${baseUrl}${path.replace(/^\/+/, '')}` : path, baseUrl);
  if (!place || !/^(https?|s3):$/.test(place.protocol))
    return `expected http, https or s3, found ${JSON.stringify((url ?? name).slice(0, 80))}`;
  return place.username || place.password ? 'expected a URL without credentials' : place;
}

const toFailure = (entry: FileListEntry, message: string): Failure =>
  newFailure('LIST_LINE_INVALID', `${toText(entry)}: ${message}`);

function toFailed(entry: FileListEntry, failure: Failure): FileItem {
  const { line, byte } = entry;
  const data = { url: '', name: '', line };
  return { id: `line-${line ?? byte}`, identity: '', bytes: 0, data, failure };
}

function toDoubled(entry: FileListEntry, { id }: FileItem): FileItem {
  return toFailed(entry, toFailure(entry, `expected each path once, found ${JSON.stringify(id)} again`));
}
