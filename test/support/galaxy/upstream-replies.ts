import type { Fault } from './upstream-faults.ts';
import type { Signer } from './upstream-signing.ts';
import { buildTarball, sha256, type Tarball, type VersionSpec } from './upstream-tarball.ts';

export interface CollectionSpec {
  readonly namespace: string;
  readonly name: string;
  /** Newest first, as Galaxy lists them; a bare version has defaults. */
  readonly versions: readonly (string | VersionSpec)[];
  readonly deprecated?: boolean;
}

export type Layout = 'plain' | 'pulp';

export interface Body {
  readonly type: string;
  readonly body: Buffer;
}

/** Galaxy gives no more versions at once. */
const PAGE_MAX = 100;
const PULP = 'plugin/ansible/content/published/collections/';
/** `<ns>/<name>/`, then nothing, `versions/`, or `versions/<v>/`, with or without `docs-blob/`. */
const COLLECTION = /^([^/]+)\/([^/]+)\/(?:(versions)\/(?:([^/]+)\/(docs-blob\/)?)?)?$/;

/** The right answers of a Galaxy, in either layout. */
export class GalaxyReplies {
  readonly #layout: Layout;
  readonly #signer: Signer;
  #collections: readonly CollectionSpec[];
  #generation = 1;
  readonly #tarballs = new Map<VersionSpec, Tarball>();

  constructor(collections: readonly CollectionSpec[], layout: Layout, signer: Signer) {
    this.#collections = collections.map(withSpecs);
    this.#layout = layout;
    this.#signer = signer;
  }

  publish(collections: readonly CollectionSpec[]): void {
    this.#collections = collections.map(withSpecs);
    this.#generation++;
  }

  /** A body, where to go instead, or nothing. */
  async at(url: URL, fault: Fault | undefined): Promise<Body | string | undefined> {
    const path = decodeURIComponent(url.pathname);
    if (path === '/api/') return json({ available_versions: { v3: 'v3/' } });
    if (path === '/api/v3/') return json({ published: time(this.#generation) });
    const plain = /^\/api\/v3\/collections\/(.*)$/.exec(path)?.[1];
    if (plain !== undefined && this.#layout === 'pulp') return `${this.#base}${plain}${url.search}`;
    if (path.startsWith('/api/v3/artifacts/')) return this.#tarballAt(path);
    if (!path.startsWith(this.#base)) return undefined;
    return await this.#collectionAt(path.slice(this.#base.length), url, fault);
  }

  get #base(): string {
    return this.#layout === 'pulp' ? `/api/v3/${PULP}index/` : '/api/v3/collections/';
  }

  async #collectionAt(path: string, url: URL, fault: Fault | undefined): Promise<Body | undefined> {
    const [, namespace, name, isVersions, version, isDocs] = COLLECTION.exec(path) ?? [];
    const collection = this.#collections.find((one) => one.namespace === namespace && one.name === name);
    if (!collection) return undefined;
    if (version === undefined)
      return json(isVersions ? this.#page(collection, url) : this.#collection(collection));
    const spec = specsOf(collection).find((one) => one.version === version);
    if (!spec) return undefined;
    if (isDocs) return json({ docs_blob: { contents: filler(spec.docsBytes ?? 10) } });
    return json(await this.#detail(collection, spec, url.origin, fault));
  }

  #collection(collection: CollectionSpec) {
    const { namespace, name, deprecated = false } = collection;
    const [highest] = specsOf(collection);
    return {
      href: this.#href(collection),
      namespace,
      name,
      deprecated,
      versions_url: `${this.#href(collection)}versions/`,
      highest_version: { href: this.#href(collection, highest), version: highest?.version },
      created_at: time(0),
      updated_at: time(this.#generation),
    };
  }

  #page(collection: CollectionSpec, url: URL) {
    const all = specsOf(collection);
    const limit = Math.min(Number(url.searchParams.get('limit') ?? 10), PAGE_MAX);
    const offset = Number(url.searchParams.get('offset') ?? 0);
    const next = offset + limit;
    return {
      meta: { count: all.length },
      links: { next: next < all.length ? `${url.pathname}?limit=${limit}&offset=${next}` : null },
      data: all.slice(offset, next).map((spec) => this.#listed(collection, spec)),
    };
  }

  #listed(collection: CollectionSpec, spec: VersionSpec) {
    return {
      version: spec.version,
      href: this.#href(collection, spec),
      created_at: time(0),
      updated_at: time(1),
      requires_ansible: spec.requiresAnsible ?? '>=2.9',
    };
  }

  async #detail(collection: CollectionSpec, spec: VersionSpec, origin: string, fault: Fault | undefined) {
    const { namespace, name } = collection;
    const filename = `${namespace}-${name}-${spec.version}.tar.gz`;
    const { bytes, sha256: right, manifest } = this.#tarball(collection, spec);
    const sum = fault?.kind === 'badSha' ? sha256(right) : right;
    return {
      // what is not needed comes first: it has to be skipped to get at the rest
      files: { files: [{ name: filler((spec.detailBytes ?? 0) / 2) }], format: 1 },
      manifest: { collection_info: { name: filler((spec.detailBytes ?? 0) / 2) } },
      ...this.#listed(collection, spec),
      artifact: { filename, sha256: sum, size: bytes.length + (fault?.kind === 'badSize' ? 1 : 0) },
      collection: { id: '1', name, href: this.#href(collection) },
      download_url: `${origin}/api/v3/artifacts/${filename}`,
      name,
      namespace: { name: namespace, metadata_sha256: null },
      signatures: spec.signed ? [await this.#signature(manifest, spec)] : [],
      metadata: {
        authors: ['Somebody'],
        contents: [{ name: 'x', content_type: 'module' }],
        dependencies: spec.dependencies ?? {},
        tags: spec.tags ?? ['test'],
      },
    };
  }

  async #signature(manifest: string, spec: VersionSpec) {
    return {
      signature: await this.#signer.sign(manifest, spec.signed),
      pubkey_fingerprint: this.#signer.fingerprint,
      signing_service: 'test',
      pulp_created: time(0),
    };
  }

  #tarballAt(path: string): Body | undefined {
    const filename = path.slice(path.lastIndexOf('/') + 1);
    for (const collection of this.#collections)
      for (const spec of specsOf(collection))
        if (filename === `${collection.namespace}-${collection.name}-${spec.version}.tar.gz`)
          return { type: 'application/gzip', body: this.#tarball(collection, spec).bytes };
    return undefined;
  }

  #tarball({ namespace, name }: CollectionSpec, spec: VersionSpec): Tarball {
    const built = this.#tarballs.get(spec) ?? buildTarball(namespace, name, spec);
    this.#tarballs.set(spec, built);
    return built;
  }

  #href({ namespace, name }: CollectionSpec, spec?: VersionSpec): string {
    return `${this.#base}${namespace}/${name}/${spec ? `versions/${spec.version}/` : ''}`;
  }
}

const json = (value: unknown): Body => ({
  type: 'application/json',
  body: Buffer.from(JSON.stringify(value)),
});
const toSpec = (version: string | VersionSpec): VersionSpec =>
  typeof version === 'string' ? { version } : version;
const withSpecs = (collection: CollectionSpec): CollectionSpec => ({
  ...collection,
  versions: collection.versions.map(toSpec),
});
const specsOf = ({ versions }: CollectionSpec): readonly VersionSpec[] => versions.map(toSpec);
const time = (generation: number): string => new Date(Date.UTC(2026, 0, 1, 0, generation)).toISOString();
/** Text with what a JSON scanner stumbles over. */
const filler = (bytes: number): string => '"artifact": {\\"}]'.repeat(Math.ceil(bytes / 25)).slice(0, bytes);
