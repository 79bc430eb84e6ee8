/**
 * Quality of PDF → Markdown: three sets of documents printed by real producers, converted, and scored against the original,
 * beside the peers that can be installed. `tuned` is what the library was worked on with, `held-out` was scored unseen and
 * then worked on, `unseen` never. `node test/bench/pdf-quality.ts [PART-OF-NAME] [--no-peers]`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { convertByPeer, PEERS, PEERS_WITH_MODELS } from './pdf-peers.ts';
import type { Document } from './pdf-quality/ast.ts';
import { convertOwn } from './pdf-quality/convert-own.ts';
import { CORPUS } from './pdf-quality/corpus.ts';
import { readDocuments } from './pdf-quality/documents.ts';
import { isInstalled, PRODUCERS, producePdf } from './pdf-quality/produce.ts';
import { reasonsFor } from './pdf-quality/reasons.ts';
import { isAsPromised, meanOf, overall, type Score, scoreText, toScore } from './pdf-quality/score.ts';
import { toMarkdown } from './pdf-quality/to-md.ts';

interface Printed {
  readonly name: string;
  readonly producer: string;
  readonly path: string;
  readonly reference: string;
}

interface PrintedSet {
  readonly name: string;
  readonly printed: readonly Printed[];
}

/** PDFs are printed once and kept between runs; conversions lie beside them, to look at. */
const CACHE = join(tmpdir(), 'smallbatch-pdf-quality');
const SETS = {
  tuned: CORPUS,
  'held-out': readDocuments('held-out'),
  unseen: readDocuments('unseen'),
} as const;
const WORST = 10;
/** A peer that needs longer for one of these short documents has failed on it. */
const PEER_TIMEOUT_MS = 60_000;

/** Prints each set's scores by producer, its ten worst documents with the reason, and the peers' scores. */
export async function bench(only = '', withPeers = true): Promise<void> {
  const sets = await printSets(only);
  if (sets.length === 0) return console.log(`pdf-quality: no document to print, or none named *${only}*`);
  const missed: string[] = [];
  const own = new Map<string, number>();
  for (const set of sets) {
    const scores = await benchOwn(set);
    own.set(set.name, meanOf(scores).overall);
    if (!isAsPromised(scores)) missed.push(`${set.name} is below the limits`);
  }
  if (withPeers) missed.push(...(await benchPeers(sets, own)));
  if (missed.length === 0) return;
  const message = `pdf-quality: ${missed.join('; ')}`;
  if (only !== '') return console.log(message);
  throw new Error(message);
}

async function printSets(only: string): Promise<PrintedSet[]> {
  const missing = PRODUCERS.filter(({ command }) => !isInstalled(command));
  for (const { name, command } of missing)
    console.log(`pdf-quality: ${name} skipped: ${command} is not installed`);
  const sets: PrintedSet[] = [];
  for (const [name, documents] of Object.entries(SETS)) {
    const printed = await printDocuments(documents, only);
    if (printed.length > 0) sets.push({ name, printed });
  }
  return sets;
}

async function printDocuments(documents: readonly Document[], only: string): Promise<Printed[]> {
  const printed: Printed[] = [];
  for (const producer of PRODUCERS.filter(({ command }) => isInstalled(command))) {
    for (const document of documents) {
      const name = `${document.name}.${producer.name}`;
      if (!producer.prints(document) || !name.includes(only)) continue;
      const path = await producePdf(document, producer, CACHE);
      printed.push({ name, producer: producer.name, path, reference: toMarkdown(document) });
    }
  }
  return printed;
}

async function benchOwn({ name, printed }: PrintedSet): Promise<Score[]> {
  const results: { readonly item: Printed; readonly found: string; readonly score: Score }[] = [];
  for (const item of printed) {
    const found = await convertOwn(item.path);
    mkdirSync(join(CACHE, 'out'), { recursive: true });
    writeFileSync(join(CACHE, 'out', `${item.name}.md`), found);
    results.push({ item, found, score: toScore(item.reference, found) });
  }
  for (const producer of new Set(printed.map((item) => item.producer))) {
    const ofProducer = results.filter(({ item }) => item.producer === producer);
    report(
      `${name}, ${producer}`,
      ofProducer.map(({ score }) => score),
    );
  }
  const scores = results.map(({ score }) => score);
  report(`${name}, all`, scores);
  const worst = results.toSorted((a, b) => overall(a.score) - overall(b.score)).slice(0, WORST);
  for (const { item, found, score } of worst) {
    console.log(
      `  worst: ${item.name} ${scoreText(score)}\n         ${reasonsFor(item.reference, found, score)}`,
    );
  }
  return scores;
}

/** The peers that are as good as we are in a set. */
async function benchPeers(sets: readonly PrintedSet[], own: ReadonlyMap<string, number>): Promise<string[]> {
  const better: string[] = [];
  for (const name of PEERS_WITH_MODELS)
    console.log(`pdf-quality: ${name} skipped: needs weights of a model that its package doesn't carry`);
  for (const { name, command } of PEERS) {
    const found = await command();
    if (typeof found === 'string') {
      console.log(`pdf-quality: ${name} skipped: ${found}`);
      continue;
    }
    for (const set of sets) {
      const scores = await scorePeer(name, found, set);
      if (meanOf(scores).overall >= (own.get(set.name) ?? 0))
        better.push(`not better than ${name} in ${set.name}`);
    }
  }
  return better;
}

/** What a peer fails on is scored as the empty text. */
async function scorePeer(
  peer: string,
  command: readonly string[],
  { name, printed }: PrintedSet,
): Promise<Score[]> {
  const paths = printed.map(({ path }) => path);
  const results = await convertByPeer(command, paths, PEER_TIMEOUT_MS);
  const scores = printed.map((item) => toScore(item.reference, results.get(item.path)?.text ?? ''));
  const failed = paths.filter((path) => !results.get(path)?.text).length;
  report(`${name}, ${peer}${failed > 0 ? ` (failed on ${failed})` : ''}`, scores);
  return scores;
}

function report(name: string, scores: readonly Score[]): void {
  const means = meanOf(scores);
  console.log(
    `pdf-quality ${name}: ${scores.length} PDFs, overall ${means.overall.toFixed(3)}, ${scoreText(means)}`,
  );
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
  await bench(names[0], !process.argv.includes('--no-peers'));
}
