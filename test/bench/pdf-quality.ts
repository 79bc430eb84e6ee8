/**
 * Quality of PDF → Markdown: the corpus printed by real producers, converted, and scored against the original, beside the
 * peers that are installed. `node test/bench/pdf-quality.ts [PART-OF-NAME] [--no-peers]`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openPdf } from '../../shared/pdf/document.ts';
import { joinPages } from '../../shared/pdf/join.ts';
import { convertPage, type PageResult } from '../../shared/pdf/page.ts';
import { collectProfile } from '../../shared/pdf/profile.ts';
import { convertByPeer, PEERS } from './pdf-peers.ts';
import type { Document } from './pdf-quality/ast.ts';
import { CORPUS } from './pdf-quality/corpus.ts';
import { mhs } from './pdf-quality/mhs.ts';
import { nid } from './pdf-quality/nid.ts';
import { isInstalled, PRODUCERS, producePdf } from './pdf-quality/produce.ts';
import { teds } from './pdf-quality/teds.ts';
import { toMarkdown } from './pdf-quality/to-md.ts';

interface Score {
  readonly name: string;
  readonly nid: number;
  readonly teds: number | undefined;
  readonly mhs: number | undefined;
}

interface Printed {
  readonly document: Document;
  readonly producer: string;
  readonly path: string;
}

/** PDFs are printed once and kept between runs; conversions lie beside them, to look at. */
const CACHE = join(tmpdir(), 'smallbatch-pdf-quality');
const WORST = 10;
/** What the library promises; the bench fails below it. */
const LEAST = { overall: 0.85, each: 0.8 };

/** Prints scores by producer, the ten worst documents, and the peers' scores. */
export async function bench(only = '', withPeers = true): Promise<void> {
  const printed = await printCorpus(only);
  if (printed.length === 0) return console.log(`pdf-quality: no document to print, or none named *${only}*`);
  const scores: Score[] = [];
  for (const item of printed) scores.push(score(item, await convert(item)));
  for (const { name } of PRODUCERS) {
    report(
      name,
      scores.filter((item) => item.name.endsWith(`.${name}`)),
    );
  }
  const isGood = report('all', scores);
  const worst = [...scores].sort((a, b) => overall(a) - overall(b)).slice(0, WORST);
  for (const item of worst) console.log(`  worst: ${line(item.name, item)}`);
  const better = withPeers ? await benchPeers(printed, mean(scores.map(overall))) : [];
  if (better.length > 0) throw new Error(`pdf-quality: not better than ${better.join(', ')}`);
  if (!isGood && only === '')
    throw new Error(`pdf-quality: below ${LEAST.overall} overall or ${LEAST.each} in one score`);
}

async function printCorpus(only: string): Promise<Printed[]> {
  const printed: Printed[] = [];
  for (const producer of PRODUCERS) {
    if (!isInstalled(producer.command)) {
      console.log(`pdf-quality: ${producer.name} skipped: ${producer.command} is not installed`);
      continue;
    }
    for (const document of CORPUS) {
      if (!producer.prints(document) || !`${document.name}.${producer.name}`.includes(only)) continue;
      const path = await producePdf(document, producer, CACHE);
      printed.push({ document, producer: producer.name, path });
    }
  }
  return printed;
}

/** The peers that are as good as `own`. */
async function benchPeers(printed: readonly Printed[], own: number): Promise<string[]> {
  const better: string[] = [];
  for (const { name, command } of PEERS) {
    const found = await command();
    if (typeof found === 'string') {
      console.log(`pdf-quality: ${name} skipped: ${found}`);
      continue;
    }
    const results = await convertByPeer(
      found,
      printed.map(({ path }) => path),
    );
    const scores = printed.map((item) => score(item, results.get(item.path)?.text ?? ''));
    report(name, scores);
    if (mean(scores.map(overall)) >= own) better.push(name);
  }
  return better;
}

async function convert({ document: { name }, producer, path }: Printed): Promise<string> {
  const document = await openPdf(path);
  try {
    let markdown = '';
    for await (const chunk of joinPages(convertPages(document))) markdown += chunk;
    mkdirSync(join(CACHE, 'out'), { recursive: true });
    writeFileSync(join(CACHE, 'out', `${name}.${producer}.md`), markdown);
    return markdown;
  } finally {
    document.close();
  }
}

async function* convertPages(document: Awaited<ReturnType<typeof openPdf>>): AsyncIterable<PageResult> {
  const profile = collectProfile(document);
  for (let page = 1; page <= document.pages; page += 1) yield await convertPage(document, page, profile);
}

function score({ document, producer }: Printed, found: string): Score {
  const reference = toMarkdown(document);
  const name = `${document.name}.${producer}`;
  return { name, nid: nid(reference, found), teds: teds(reference, found), mhs: mhs(reference, found) };
}

/** The mean of the three scores that apply. */
function overall({ nid, teds, mhs }: Score): number {
  return mean([nid, teds, mhs]);
}

function mean(values: readonly (number | undefined)[]): number {
  const known = values.filter((value) => value !== undefined);
  return known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length);
}

/** Prints the means; are they as good as promised? */
function report(name: string, scores: readonly Score[]): boolean {
  const means: Score = {
    name,
    nid: mean(scores.map((item) => item.nid)),
    teds: mean(scores.map((item) => item.teds)),
    mhs: mean(scores.map((item) => item.mhs)),
  };
  const total = mean(scores.map(overall));
  console.log(`pdf-quality ${name}: ${scores.length} PDFs, overall ${total.toFixed(3)},${line('', means)}`);
  const least = Math.min(means.nid, means.teds ?? 1, means.mhs ?? 1);
  return total >= LEAST.overall && least >= LEAST.each;
}

function line(name: string, { nid, teds, mhs }: Score): string {
  const show = (value: number | undefined): string => value?.toFixed(3) ?? '-';
  return `${name} NID ${show(nid)} TEDS ${show(teds)} MHS ${show(mhs)}`;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
  await bench(names[0], !process.argv.includes('--no-peers'));
}
