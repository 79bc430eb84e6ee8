import semver, { type SemVer } from 'semver';
import { SmallbatchError } from '../../errors.ts';
import { isVersion } from './schema.ts';
import type { Upstream } from './upstream.ts';

/** community.general has 240; a list that does not end must end somewhere. */
const COLLECTION_VERSIONS_MAX = 10_000;

/** What resolving asks a server for. */
export type Lookup = Pick<Upstream, 'published' | 'collection' | 'versions' | 'version' | 'collections'>;

/** A version that there is, and when the server says that it was changed. */
export interface Listed {
  readonly version: SemVer;
  readonly updatedAt: string | undefined;
}

interface Named {
  readonly version: string;
  readonly updatedAt?: string | undefined;
}

/** Every version of a collection, the highest first. @throws SmallbatchError UPSTREAM_INVALID, and what `upstream` throws */
export async function listVersions(upstream: Lookup, namespace: string, name: string): Promise<Listed[]> {
  const found: Named[] = [];
  for await (const { version, updatedAt } of upstream.versions(namespace, name)) {
    found.push({ version, updatedAt });
    if (found.length <= COLLECTION_VERSIONS_MAX) continue;
    const message = `expected at most ${COLLECTION_VERSIONS_MAX} versions, found more`;
    throw new SmallbatchError('UPSTREAM_INVALID', message);
  }
  return toListed(found);
}

/**
 * Each once, by precedence; where that is the same (build metadata), by text, so that the order is always the same. What is no SemVer is
 * left out: Galaxy takes no such upload, and `ansible-galaxy` stops at one.
 */
export function toListed(found: Iterable<Named>): Listed[] {
  const listed = new Map<string, Listed>();
  for (const { version: text, updatedAt } of found) {
    const version = isVersion(text) && !listed.has(text) ? semver.parse(text) : null;
    if (version) listed.set(text, { version, updatedAt });
  }
  return [...listed.values()].sort(
    (a, b) => b.version.compare(a.version) || (a.version.raw < b.version.raw ? 1 : -1),
  );
}
