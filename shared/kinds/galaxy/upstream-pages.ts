import * as z from 'zod';
import { SmallbatchError } from '../../errors.ts';
import { type ReadJson, toOwnOrigin } from './upstream-paths.ts';

export interface Listed {
  readonly version: string;
  readonly createdAt?: string;
  readonly updatedAt?: string;
}

/** 50,000 versions: a server whose pages never end is ended. */
const MAX_PAGES = 500;

const optional = z
  .string()
  .nullish()
  .transform((text) => text ?? undefined);
const listed = z
  .object({ version: z.string(), created_at: optional, updated_at: optional })
  .transform((found) => ({
    version: found.version,
    createdAt: found.created_at,
    updatedAt: found.updated_at,
  }));
const pageReply = z.object({ data: z.array(listed), links: z.object({ next: optional }).nullish() });
type Page = z.infer<typeof pageReply>;

/** The entries of a list, from its first page on. @throws SmallbatchError UPSTREAM_INVALID when it has too many */
export async function* readPages(first: string, readJson: ReadJson): AsyncGenerator<Listed> {
  let url: string | undefined = first;
  for (let page = 0; url !== undefined; page++) {
    if (page === MAX_PAGES) throw tooMany(first);
    const { data, links }: Page = await readJson(url, pageReply);
    yield* data;
    url = links?.next === undefined ? undefined : toOwnOrigin(links.next, url);
  }
}

const tooMany = (first: string): SmallbatchError =>
  new SmallbatchError(
    'UPSTREAM_INVALID',
    `${new URL(first).pathname}: expected at most ${MAX_PAGES} pages of versions, found more`,
  );
