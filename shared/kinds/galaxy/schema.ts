import * as z from 'zod';

export { type GalaxyOptions, options as galaxyOptions } from './options.ts';

/** Galaxy's own rule for the two halves of a collection's name; it keeps paths and keys harmless. */
export const NAME = /^[a-z_][a-z0-9_]{0,99}$/i;
/** SemVer as Galaxy demands it, and short enough for a key. */
const VERSION = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;
const VERSION_CHARS = 128;

const name = z.string().regex(NAME);
const version = z.string().max(VERSION_CHARS).regex(VERSION);
/** Galaxy itself takes no other versions. */
export const isVersion = (text: string): boolean => version.safeParse(text).success;
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const signature = z.object({
  signature: z.string(),
  pubkeyFingerprint: z.string().optional(),
  signingService: z.string().optional(),
});
export type Signature = z.infer<typeof signature>;

const about = z.object({
  authors: z.array(z.string()),
  license: z.array(z.string()),
  description: z.string().optional(),
  documentation: z.string().optional(),
  homepage: z.string().optional(),
  issues: z.string().optional(),
  repository: z.string().optional(),
});

/** What the upstream's detail of one collection version says, as far as anything here needs it. */
export const versionFacts = z.object({
  namespace: name,
  name,
  version,
  sha256,
  /** Bytes of the tarball, where the server says them; once it is mirrored they are known. */
  size: z.int().nonnegative().optional(),
  downloadUrl: z.string(),
  /** Collection (`ns.name`) to range. */
  dependencies: z.record(z.string(), z.string()),
  tags: z.array(z.string()),
  /** For people and other readers; no client needs it. */
  about: about.optional(),
  requiresAnsible: z.string().optional(),
  createdAt: z.string().optional(),
  updatedAt: z.string().optional(),
  signatures: z.array(signature),
});
export type VersionFacts = z.infer<typeof versionFacts>;

/**
 * A version's `detail` in the manifest: everything that the index is rendered from, and that a later run needs to know it
 * again. It names no host of the mirror, so that a move rewrites only the index.
 */
const versionRecord = versionFacts.extend({
  type: z.literal('version'),
  /** The server it came from. */
  server: z.string(),
  /** The tarball's path among the outputs. */
  artifact: z.string(),
});
export type VersionRecord = z.infer<typeof versionRecord>;

/** What the run found out about a collection as a whole. */
const collectionRecord = z.object({
  type: z.literal('collection'),
  server: z.string(),
  namespace: name,
  name,
  updatedAt: z.string(),
  deprecated: z.boolean(),
  /** The requirements that its versions were chosen by, sorted: what they had chosen need not be asked for again. */
  ranges: z.array(z.string()),
});
export type CollectionRecord = z.infer<typeof collectionRecord>;

/** What the run found out about the server, and what it was asked for. */
const serverRecord = z.object({
  type: z.literal('server'),
  server: z.string(),
  /** When anything there was last changed; not every server says. */
  published: z.string().optional(),
  /** Stands for the requirements and the options that choose versions. */
  selection: z.string(),
  /** The folder of the results that the mirror is in: `galaxy/<name>`. */
  folder: z.string(),
});
export type ServerRecord = z.infer<typeof serverRecord>;

/** A requirement, or a version of one, that nothing could be found out about: always failed, never processed. */
const unresolvedRecord = z.object({
  type: z.literal('unresolved'),
  server: z.string(),
  namespace: z.string(),
  name: z.string(),
  version: z.string().optional(),
  range: z.string().optional(),
});
export type UnresolvedRecord = z.infer<typeof unresolvedRecord>;

export const galaxyRecord = z.discriminatedUnion('type', [
  versionRecord,
  collectionRecord,
  serverRecord,
  unresolvedRecord,
]);
export type GalaxyRecord = z.infer<typeof galaxyRecord>;

/**
 * An item. All but a version are records as they are: `process` returns no outputs and no detail for them, since
 * `Kind.facts` has the record of every item.
 */
export const galaxyData = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('version'),
    server: z.string(),
    /** Where that server's collections are, if it said so. */
    collections: z.string().optional(),
    facts: versionFacts,
  }),
  collectionRecord,
  serverRecord,
  unresolvedRecord,
]);
export type GalaxyData = z.infer<typeof galaxyData>;
export type VersionData = Extract<GalaxyData, { type: 'version' }>;

/** What the paths of tarballs begin with. */
export const ARTIFACTS = 'artifacts/';
/** Hexadecimal digits of the SHA-256 that a tarball's path begins with. */
const MARK_DIGITS = 16;

/**
 * Where a tarball lies. Its checksum is in the path, so that no path ever gets other bytes, and a result that only kept its earlier
 * outputs (`stale`) tells whether they are those that its record speaks of.
 */
export const artifactPath = (facts: VersionFacts): string =>
  `${ARTIFACTS}${facts.sha256.slice(0, MARK_DIGITS)}/${facts.namespace}-${facts.name}-${facts.version}.tar.gz`;

export const toVersionRecord = ({ server, facts }: VersionData): VersionRecord => ({
  type: 'version',
  server,
  ...facts,
  artifact: artifactPath(facts),
});
