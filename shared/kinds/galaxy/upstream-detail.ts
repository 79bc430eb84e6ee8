import * as z from 'zod';
import { SmallbatchError } from '../../errors.ts';
import type { HttpReply } from '../../http/http.ts';
import { plainBody } from '../../http/plain-body.ts';
import { PickError, type Picked, pickJson } from '../../json/pick.ts';
import { toIssues } from '../../safe-text/issues.ts';
import { type VersionFacts, versionFacts } from './schema.ts';

/** `files`, `manifest` and `metadata.contents` may have a megabyte, and are passed over. */
const MAX_DETAIL_BYTES = 64 * 1024 * 1024;
/** What is kept travels in a queue's message, which may have 1 MiB with all its items. */
const MAX_KEPT_BYTES = 40_000;

const PICKED = {
  namespace: { name: true },
  name: true,
  version: true,
  artifact: { sha256: true, size: true },
  download_url: true,
  metadata: {
    dependencies: true,
    tags: true,
    authors: true,
    license: true,
    description: true,
    documentation: true,
    homepage: true,
    issues: true,
    repository: true,
  },
  requires_ansible: true,
  created_at: true,
  updated_at: true,
  signatures: true,
} as const satisfies Picked;

const optional = z
  .string()
  .nullish()
  .transform((text) => text ?? undefined);
const signature = z
  .object({ signature: z.string(), pubkey_fingerprint: optional, signing_service: optional })
  .transform((found) => ({
    signature: found.signature,
    pubkeyFingerprint: found.pubkey_fingerprint,
    signingService: found.signing_service,
  }));
const texts = z
  .array(z.string())
  .nullish()
  .transform((found) => found ?? []);
/** What `ansible-galaxy` can't do without is demanded; the rest is taken where it is. */
const detailReply = z.object({
  namespace: z.object({ name: optional }).nullish(),
  name: optional,
  version: optional,
  artifact: z.object({ sha256: z.string(), size: z.number().nullish() }),
  download_url: z.string(),
  metadata: z
    .object({
      dependencies: z.record(z.string(), z.string()).nullish(),
      tags: texts,
      authors: texts,
      license: texts,
      description: optional,
      documentation: optional,
      homepage: optional,
      issues: optional,
      repository: optional,
    })
    .nullish(),
  requires_ansible: optional,
  created_at: optional,
  updated_at: optional,
  signatures: z.array(signature).nullish(),
});

export type VersionName = Pick<VersionFacts, 'namespace' | 'name' | 'version'>;

/** The facts of a version, out of a detail that is never held whole. @throws SmallbatchError UPSTREAM_INVALID */
export async function readVersion(reply: HttpReply, asked: VersionName): Promise<VersionFacts> {
  const where = `${asked.namespace}.${asked.name} ${asked.version}`;
  const found = await pick(reply, where);
  const facts = detailReply
    .transform((detail) => toFacts(detail, asked, reply.url))
    .pipe(versionFacts)
    .safeParse(found);
  if (!facts.success) throw invalid(where, toIssues(facts.error));
  const { namespace, name, version } = facts.data;
  if (namespace !== asked.namespace || name !== asked.name || version !== asked.version)
    throw invalid(where, `the detail of ${namespace}.${name} ${version}`);
  return facts.data;
}

async function pick(reply: HttpReply, where: string): Promise<unknown> {
  try {
    return await pickJson(plainBody(reply), PICKED, {
      maxBytes: MAX_DETAIL_BYTES,
      maxKeptBytes: MAX_KEPT_BYTES,
    });
  } catch (error) {
    throw error instanceof PickError ? invalid(where, error.message, error) : error;
  }
}

function toFacts(detail: z.infer<typeof detailReply>, asked: VersionName, url: string): VersionFacts {
  const { dependencies, tags, ...about } = detail.metadata ?? NO_METADATA;
  return {
    namespace: detail.namespace?.name ?? asked.namespace,
    name: detail.name ?? asked.name,
    version: detail.version ?? asked.version,
    sha256: detail.artifact.sha256,
    size: detail.artifact.size ?? undefined,
    downloadUrl: URL.parse(detail.download_url, url)?.href ?? '',
    dependencies: dependencies ?? {},
    tags,
    about,
    requiresAnsible: detail.requires_ansible,
    createdAt: detail.created_at,
    updatedAt: detail.updated_at,
    signatures: detail.signatures ?? [],
  };
}

const NO_METADATA = { dependencies: {}, tags: [], authors: [], license: [] };

const invalid = (where: string, found: string, cause?: unknown): SmallbatchError =>
  new SmallbatchError('UPSTREAM_INVALID', `${where}: expected a version's detail, found ${found}`, { cause });
