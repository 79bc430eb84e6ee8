import type { VersionRecord } from './schema.ts';

/** Where `smallbatch serve` listens unless it is told otherwise: the base of addresses when no other is given. */
const LOCAL_URL = 'http://127.0.0.1:8640/';

type Named = Pick<VersionRecord, 'namespace' | 'name'>;
type Versioned = Pick<VersionRecord, 'namespace' | 'name' | 'version'>;

/** Paths below the mirror's folder. The ones that end in a slash are folders' own objects. */
export const ROOT = '';
export const API = 'v3/';
export const collectionPath = ({ namespace, name }: Named): string => `v3/collections/${namespace}/${name}/`;
export const versionsPath = (collection: Named): string => `${collectionPath(collection)}versions/`;
export const versionPath = (version: Versioned): string => `${versionsPath(version)}${version.version}/`;

/**
 * The keys of a version's document. Clients put the version into a URL as it is, and S3 reads a `+` in a URL as a space: one with
 * build metadata lies under both.
 */
export function versionKeys(version: Versioned): readonly string[] {
  const path = versionPath(version);
  return path.includes('+') ? [path, path.replaceAll('+', ' ')] : [path];
}

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
