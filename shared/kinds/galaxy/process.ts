import { SmallbatchError } from '../../errors.ts';
import type { HttpOptions, HttpReply } from '../../http/http.ts';
import { throughPut } from '../../http/through-put.ts';
import type { Item, Outcome, Output, ProcessContext } from '../../kind.ts';
import { upstreamOf } from './fetch-upstream.ts';
import {
  artifactPath,
  type GalaxyData,
  type GalaxyOptions,
  toVersionRecord,
  type VersionData,
  type VersionFacts,
} from './schema.ts';
import { checkSignatures } from './signatures.ts';
import { docsPath, toKeys } from './static-urls.ts';
import { verified } from './tarball.ts';
import type { UpstreamFiles } from './upstream.ts';

type Context = ProcessContext<GalaxyOptions>;
type Process = (item: Item<GalaxyData>, context: Context) => Promise<Outcome<GalaxyData>>;

/** Rendered documentation of 3 MB is usual; what has more than this is none, in bytes. */
const MAX_DOCS_BYTES = 64 * 1024 * 1024;

/** Mirrors one version; what is no version is a record already, and has nothing to fetch. */
export const processItem: Process = processWith({});

/** `processItem` with other limits for requests than its own. */
export function processWith(limits: Partial<HttpOptions>): Process {
  return async ({ data }, context) => {
    if (data.type !== 'version') return { type: 'done', outputs: [] };
    const upstream = await upstreamOf(data.server, context, limits);
    refuseUnsigned(data.facts, context.options);
    context.stage('tarball');
    const tarball = await fetchTarball(data.facts, upstream, context);
    const docs = context.options.docs ? await fetchDocs(data, upstream, context) : [];
    const detail = { ...toVersionRecord(data), size: tarball.bytes };
    return { type: 'done', outputs: [tarball, ...docs], detail };
  };
}

/** Said before anything is fetched. */
function refuseUnsigned(facts: VersionFacts, { signedOnly }: GalaxyOptions): void {
  if (!signedOnly || facts.signatures.length > 0) return;
  throw new SmallbatchError('SIGNATURE_INVALID', `${nameOf(facts)}: expected a signature, found none`);
}

/** Stored only if every check passes: what fails throws within the upload, which so never becomes an object. */
async function fetchTarball(facts: VersionFacts, upstream: UpstreamFiles, context: Context): Promise<Output> {
  const keyring =
    context.options.keyring && (await context.secret(context.options.keyring, { option: 'keyring', to: [] }));
  const check = (manifest: Uint8Array): Promise<void> => checkSignatures(facts, manifest, keyring);
  const path = artifactPath(facts);
  const put = ({ body }: HttpReply): Promise<Output> =>
    throughPut(verified(body, facts, check), (checked) => context.put(path, checked, 'application/gzip'));
  return await upstream.download(facts.downloadUrl, put, context.signal);
}

/** Where Pulp looks for them; none where the server has none. Their bytes are kept as they come. */
async function fetchDocs(
  { facts, collections }: VersionData,
  upstream: UpstreamFiles,
  context: Context,
): Promise<Output[]> {
  context.stage('docs');
  const put = (path: string, { body }: HttpReply): Promise<Output> =>
    throughPut(bounded(body, facts), (checked) => context.put(path, checked, 'application/json'));
  const outputs: Output[] = [];
  try {
    for (const path of toKeys(docsPath(facts)))
      outputs.push(
        await upstream.docs(facts, (reply) => put(path, reply), { collections, signal: context.signal }),
      );
  } catch (error) {
    if (!(error instanceof SmallbatchError) || error.code !== 'UPSTREAM_MISSING') throw error;
  }
  return outputs;
}

async function* bounded(body: AsyncIterable<Uint8Array>, facts: VersionFacts): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_DOCS_BYTES)
      throw new SmallbatchError(
        'UPSTREAM_INVALID',
        `${nameOf(facts)}: expected docs of at most ${MAX_DOCS_BYTES} bytes, found more`,
      );
    yield chunk;
  }
}

const nameOf = ({ namespace, name, version }: VersionFacts): string => `${namespace}.${name} ${version}`;
