import type { VersionRecord } from './schema.ts';

/** Where `smallbatch serve` listens unless it is told otherwise: the base of addresses when no other is given. */
const LOCAL_URL = 'http://127.0.0.1:8640/';

type Named = Pick<VersionRecord, 'namespace' | 'name'>;
type Versioned = Pick<VersionRecord, 'namespace' | 'name' | 'version'>;

/** Paths below the mirror's folder. The ones that end in a slash are folders' own objects. */
export const ROOT = '';
export const API = 'v3/';
export const COLLECTIONS = 'v3/collections/';
/** Where Renovate and the hub's own pages look for what Ansible's client finds in `COLLECTIONS`. */
const PLUGIN_COLLECTIONS = 'v3/plugin/ansible/content/published/collections/index/';

export const collectionPath = ({ namespace, name }: Named): string => `${COLLECTIONS}${namespace}/${name}/`;
export const versionsPath = (collection: Named): string => `${collectionPath(collection)}versions/`;
export const versionPath = (version: Versioned): string => `${versionsPath(version)}${version.version}/`;
export const docsPath = (version: Versioned): string => `${versionPath(version)}docs-blob/`;

/**
 * The keys of what clients find at a path. They put a version into a URL as it is, and S3 reads a `+` in a URL as a space: what
 * belongs to one with build metadata lies under both.
 */
export const toKeys = (path: string): readonly string[] =>
  path.includes('+') ? [path, path.replaceAll('+', ' ')] : [path];

/** The keys of a document that other readers than Ansible's client look for elsewhere. */
export const toAllKeys = (path: string): readonly string[] =>
  toKeys(path).flatMap((key) => [key, key.replace(COLLECTIONS, PLUGIN_COLLECTIONS)]);

/** Where readers find the mirror. */
export class MirrorUrls {
  readonly #base: string;
  readonly #path: string;

  /** `folder` is where the results bucket has the mirror: `galaxy/<name>`. */
  constructor(baseUrl: string | undefined, folder: string) {
    this.#base = baseUrl ?? `${LOCAL_URL}${folder}/`;
    this.#path = new URL(this.#base).pathname;
  }

  get base(): string {
    return this.#base;
  }

  /** A path as documents refer to it: from the server's root on. */
  href(path: string): string {
    return `${this.#path}${escapePlus(path)}`;
  }

  /** Absolute, and without a query: clients take the file's name from its end. */
  download({ artifact }: VersionRecord): string {
    return `${this.#base}${escapePlus(artifact)}`;
  }
}

const escapePlus = (path: string): string => path.replaceAll('+', '%2B');
