import { createHash } from 'node:crypto';
import { readEnv } from '../aws/env.ts';
import { putObject } from '../aws/store.ts';
import type { FinishContext } from '../kind.ts';
import { Fingerprints } from '../plan/fingerprints.ts';
import { type IndexOutput, putIndexList, readIndexList, readManifest } from '../run/manifest.ts';
import { readOutput, toKeys } from '../run/outputs.ts';
import type { Places } from '../run/places.ts';
import { type SafeText, toSafeText } from '../safe-text/safe-text.ts';
import type { Publishing } from './publishing.ts';
import type { Work } from './work.ts';

/** They are kept in the run's record, which has 400 KB at the most. */
const MAX_WARNINGS = 100;
/** 128 bits of a SHA-256. */
const DIGEST_CHARS = 22;

type Put = FinishContext<unknown>['put'];
type Body = Parameters<Put>[1];

/**
 * Has the kind write what is made of all results together (an index, a list), once they are all at their published places. It is asked
 * twice: first for the list of what it writes, which is stored beside the manifest before anything is written, so that what a later
 * run no longer writes, or this one leaves when it dies, can be removed. What readers have already, to the byte, is not written
 * again. Returns undefined, or how many are written when there is no time for more. What it warns of is stored with the list.
 */
export async function publishIndex(publishing: Publishing, work: Work): Promise<number | undefined> {
  if (!publishing.hasIndex) return undefined;
  const outputs: IndexOutput[] = [];
  const warnings: SafeText[] = [];
  const warn = (warning: string): void => {
    if (warnings.length < MAX_WARNINGS) warnings.push(toSafeText(warning));
  };
  const list: Put = async (path, body, contentType) => {
    publishing.places.published({ path });
    outputs.push({ path, bytes: await measure(body), contentType, digest: toDigest(body, contentType) });
  };
  await finish(publishing, { put: list, warn });
  await putIndexList(publishing.manifest, { outputs, warnings });
  const standing = await readStanding(publishing);
  const written = new Set<number>();
  let next = 0;
  try {
    const put: Put = async (path, body, contentType) => {
      const n = next++;
      if (n >= work.from) {
        if (work.outOfTime()) throw new OutOfTime();
        work.lease.check();
        const digest = toDigest(body, contentType);
        if (digest === undefined || !standing.has(`${path} ${digest}`))
          await putPublished(publishing.places, path, body, contentType);
      }
      written.add(n);
    };
    await finish(publishing, { put, warn: () => undefined });
    return undefined;
  } catch (error) {
    if (!(error instanceof OutOfTime)) throw error;
    return toFirstMissing(written);
  }
}

/** What readers have of the last index. Nothing is relied on where a pass died while it published. */
async function readStanding({ turn, places, previousPlaces }: Publishing): Promise<Fingerprints> {
  const standing = new Fingerprints();
  if (!turn.previous || turn.dead.length > 0 || places.prefix !== previousPlaces.prefix) return standing;
  for await (const { path, digest } of readIndexList(turn.previous.manifest))
    if (digest !== undefined) standing.add(`${path} ${digest}`);
  return standing;
}

function toDigest(body: Body, contentType: string): string | undefined {
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return undefined;
  return createHash('sha256')
    .update(`${contentType}\n`)
    .update(body)
    .digest('base64url')
    .slice(0, DIGEST_CHARS);
}

class OutOfTime extends Error {}

function toFirstMissing(written: ReadonlySet<number>): number {
  let n = 0;
  while (written.has(n)) n++;
  return n;
}

type Sinks = Pick<FinishContext<unknown>, 'put' | 'warn'>;

async function finish({ run, kind, manifest, places }: Publishing, sinks: Sinks): Promise<void> {
  const work = await kind.work();
  await work.finish?.({
    options: kind.options.parse(run.options),
    startedAt: new Date(run.startedAt),
    results: () => readManifest(manifest),
    read: (output) => readOutput(places.published(output)),
    ...sinks,
  });
}

async function measure(body: Body): Promise<number> {
  if (typeof body === 'string') return Buffer.byteLength(body);
  if (body instanceof Uint8Array) return body.byteLength;
  let bytes = 0;
  for await (const chunk of body) bytes += chunk.byteLength;
  return bytes;
}

async function putPublished(places: Places, path: string, body: Body, contentType: string): Promise<void> {
  const { results } = readEnv(['results']);
  const [key, ...others] = toKeys(places.published({ path }));
  if (others.length > 0 && typeof body !== 'string' && !(body instanceof Uint8Array)) {
    throw new TypeError(`expected the folder object ${key} to be whole, found a stream`);
  }
  for (const other of others) await putObject(results, other, body, contentType);
  await putObject(results, key, body, contentType);
}
