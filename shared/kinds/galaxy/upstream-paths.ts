import * as z from 'zod';
import { SmallbatchError } from '../../errors.ts';

/** What a server's root says. */
export interface Root {
  /** URL of API v3, with a slash at its end. */
  readonly api: string;
  published(): Promise<string | undefined>;
}

/** Of a link in a message: it comes from strangers. */
const LINK_SHOWN_CHARS = 80;

export type ReadJson = <T>(url: string, schema: z.ZodType<T>) => Promise<T>;

const rootReply = z.object({ available_versions: z.record(z.string(), z.string()) });
const apiReply = z.object({ published: z.string().nullish() });

/** Finds API v3 at the server's URL, or at `api/` below it, as Ansible's client does. @throws SmallbatchError */
export async function discover(server: string, readJson: ReadJson): Promise<Root> {
  const given = server.endsWith('/') ? server : `${server}/`;
  const { url, versions } = await firstRoot(given, readJson);
  const path = versions.v3;
  if (path === undefined)
    throw new SmallbatchError(
      'UPSTREAM_INVALID',
      `${given}: expected a Galaxy with API v3, found ${Object.keys(versions).join(', ') || 'none'}`,
    );
  const found = toOwnOrigin(path, url);
  const api = found.endsWith('/') ? found : `${found}/`;
  let published: Promise<string | undefined> | undefined;
  return {
    api,
    published: async () => {
      published ??= readPublished(api, readJson);
      return await published;
    },
  };
}

async function firstRoot(server: string, readJson: ReadJson) {
  try {
    return { url: server, versions: (await readJson(server, rootReply)).available_versions };
  } catch (error) {
    if (!isOneOf(error, 'UPSTREAM_INVALID', 'UPSTREAM_MISSING') || server.endsWith('/api/')) throw error;
    const url = `${server}api/`;
    return { url, versions: (await readJson(url, rootReply)).available_versions };
  }
}

async function readPublished(api: string, readJson: ReadJson): Promise<string | undefined> {
  try {
    return (await readJson(api, apiReply)).published ?? undefined;
  } catch (error) {
    if (isOneOf(error, 'UPSTREAM_MISSING')) return undefined;
    throw error;
  }
}

const isOneOf = (error: unknown, ...codes: string[]): boolean =>
  error instanceof SmallbatchError && codes.includes(error.code);

/**
 * A link, relative or absolute, as a URL of the origin that it was found at. Servers behind a proxy give their own inner
 * address, or `http:` for what is reached by `https:`; `ansible-galaxy` takes a link's path alone, too.
 * @throws SmallbatchError UPSTREAM_INVALID for what is no link
 */
export function toOwnOrigin(link: string, found: string): string {
  const { origin, pathname } = new URL(found);
  const url = URL.parse(link, found);
  if (url) return `${origin}${url.pathname}${url.search}`;
  throw new SmallbatchError(
    'UPSTREAM_INVALID',
    `${origin}${pathname}: expected a link to another page, found ${JSON.stringify(link.slice(0, LINK_SHOWN_CHARS))}`,
  );
}
