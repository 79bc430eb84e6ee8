import * as z from 'zod';
import type { Http, HttpReply } from '../../http/http.ts';
import type { VersionFacts } from './schema.ts';
import { openAccess } from './upstream-access.ts';
import { readVersion } from './upstream-detail.ts';
import { type Listed, readPages } from './upstream-pages.ts';
import { discover, type Root, toOwnOrigin } from './upstream-paths.ts';

export interface UpstreamOptions {
  /** The URL that answers with `available_versions`, or the one above it. */
  readonly server: string;
  readonly http: Http;
  readonly token?: string;
  /** Where `token` is exchanged for one that the server takes. */
  readonly authUrl?: string;
  readonly signal?: AbortSignal;
}

/** A Galaxy server with API v3. All throw SmallbatchError UPSTREAM_MISSING, _REFUSED, _FAILED, _INVALID, ADDRESS_REFUSED. */
export interface Upstream {
  /** When anything there was last changed; not every server says. */
  published(): Promise<string | undefined>;
  collection(namespace: string, name: string): Promise<Collection>;
  /** Page by page, in the server's order. */
  versions(namespace: string, name: string): AsyncIterable<Listed>;
  version(namespace: string, name: string, version: string): Promise<VersionFacts>;
  /** Where the server's collections are, if it said so: it saves a redirect with each request. */
  readonly collections: string | undefined;
}

/** What `process` fetches; `take` is repeated with the request. */
export interface UpstreamFiles {
  /** A version's rendered documentation; `collections` is where split found the server's, if it said so. */
  docs<T>(
    facts: VersionFacts,
    take: Take<T>,
    given?: { collections?: string; signal?: AbortSignal },
  ): Promise<T>;
  /** Whatever a version's `downloadUrl` says; credentials go to the server's own host only. */
  download<T>(url: string, take: Take<T>, signal?: AbortSignal): Promise<T>;
}

type Take<T> = (reply: HttpReply) => Promise<T>;

interface Collection {
  readonly updatedAt: string;
  readonly deprecated: boolean;
  /** The highest version, as the server sees it. */
  readonly highest?: string;
}

/** Versions a page; Galaxy gives no more. */
const PAGE_VERSIONS = 100;
/** A page of 100 versions has 30 kB, a collection 1 kB. */
const MAX_PAGE_BYTES = 2_000_000;

const collectionReply = z.object({
  deprecated: z.boolean().nullish(),
  updated_at: z.string(),
  versions_url: z.string().nullish(),
  highest_version: z.object({ version: z.string() }).nullish(),
});
/** Opens a server; nothing is asked before it is needed, and the way to its API only once. */
export function openUpstream(options: UpstreamOptions): Upstream & UpstreamFiles {
  const { http, server } = options;
  const access = openAccess(options);
  let root: Promise<Root> | undefined;
  /** Where collections are; a server that redirects says it, which saves the redirect from then on. */
  let collections: string | undefined;

  const getRoot = (): Promise<Root> => {
    root ??= discover(server, readJson).catch((error: unknown) => {
      root = undefined;
      throw error;
    });
    return root;
  };
  const read = <T>(url: string, take: Take<T>, signal = options.signal): Promise<T> =>
    access.with(url, (headers) => http.read(url, { headers, signal }, take));
  function readJson<T>(url: string, schema: z.ZodType<T>): Promise<T> {
    return access.with(url, (headers) =>
      http.json(url, schema, { headers, signal: options.signal, maxBytes: MAX_PAGE_BYTES }),
    );
  }
  const toUrl = async (namespace: string, name: string, rest = ''): Promise<string> =>
    `${collections ?? `${(await getRoot()).api}collections/`}${namespace}/${name}/${rest}`;

  return {
    published: async () => (await getRoot()).published(),

    async collection(namespace, name) {
      const url = await toUrl(namespace, name);
      const found = await readJson(url, collectionReply);
      const tail = `${namespace}/${name}/versions/`;
      const versionsUrl = toOwnOrigin(found.versions_url ?? tail, url);
      if (found.versions_url && versionsUrl.endsWith(`/${tail}`))
        collections = versionsUrl.slice(0, -tail.length);
      return {
        updatedAt: found.updated_at,
        deprecated: found.deprecated ?? false,
        highest: found.highest_version?.version,
      };
    },

    async *versions(namespace, name) {
      yield* readPages(await toUrl(namespace, name, `versions/?limit=${PAGE_VERSIONS}`), readJson);
    },

    get collections() {
      return collections;
    },

    version: async (namespace, name, version) =>
      await read(await toUrl(namespace, name, `versions/${encodeURIComponent(version)}/`), (reply) =>
        readVersion(reply, { namespace, name, version }),
      ),

    docs: async ({ namespace, name, version }, take, given = {}) => {
      collections ??= given.collections;
      const rest = `versions/${encodeURIComponent(version)}/docs-blob/`;
      return await read(await toUrl(namespace, name, rest), take, given.signal);
    },

    download: (url, take, signal) => read(url, take, signal),
  };
}
