/** Quality of PDF → Markdown: the corpus printed by real producers, converted, and scored against the original. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openPdf } from '../../shared/pdf/document.ts';
import { joinPages } from '../../shared/pdf/join.ts';
import { convertPage, type PageResult } from '../../shared/pdf/page.ts';
import { collectProfile } from '../../shared/pdf/profile.ts';
import { CORPUS } from './pdf-quality/corpus.ts';
import { mhs } from './pdf-quality/mhs.ts';
import { nid } from './pdf-quality/nid.ts';
import { isInstalled, PRODUCERS, producePdf } from './pdf-quality/produce.ts';
import { teds } from './pdf-quality/teds.ts';
import { toMarkdown } from './pdf-quality/to-md.ts';

export interface Score {
  readonly name: string;
  readonly nid: number;
  readonly teds: number | undefined;
  readonly mhs: number | undefined;
}

/** PDFs are printed once and kept between runs. */
const CACHE = join(tmpdir(), 'smallbatch-pdf-quality');
const WORST = 10;

/** Prints scores by producer and the ten worst documents. */
export async function bench(only = ''): Promise<void> {
  const scores: Score[] = [];
  for (const producer of PRODUCERS) {
    if (!isInstalled(producer.command)) {
      console.log(`pdf-quality: ${producer.name} skipped: ${producer.command} is not installed`);
      continue;
    }
    const own: Score[] = [];
    for (const document of CORPUS) {
      if (!producer.prints(document) || !`${document.name}.${producer.name}`.includes(only)) continue;
      const path = await producePdf(document, producer, CACHE);
      const found = await convert(path);
      mkdirSync(join(CACHE, 'out'), { recursive: true });
      writeFileSync(join(CACHE, 'out', `${document.name}.${producer.name}.md`), found);
      writeFileSync(join(CACHE, 'out', `${document.name}.ref.md`), toMarkdown(document));
      own.push(score(`${document.name}.${producer.name}`, toMarkdown(document), found));
    }
    report(producer.name, own);
    scores.push(...own);
  }
  report('all', scores);
  const worst = [...scores].sort((a, b) => overall(a) - overall(b)).slice(0, WORST);
  for (const item of worst) console.log(`  worst: ${line(item.name, item)}`);
}

async function convert(path: string): Promise<string> {
  const document = await openPdf(path);
  try {
    let markdown = '';
    for await (const chunk of joinPages(convertPages(document))) markdown += chunk;
    return markdown;
  } finally {
    document.close();
  }
}

async function* convertPages(document: Awaited<ReturnType<typeof openPdf>>): AsyncIterable<PageResult> {
  const profile = collectProfile(document);
  for (let page = 1; page <= document.pages; page += 1) yield await convertPage(document, page, profile);
}

function score(name: string, reference: string, found: string): Score {
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

function report(name: string, scores: readonly Score[]): void {
  const means = {
    nid: mean(scores.map((score) => score.nid)),
    teds: mean(scores.map((score) => score.teds)),
    mhs: mean(scores.map((score) => score.mhs)),
  };
  const total = mean(scores.map(overall)).toFixed(3);
  console.log(
    `pdf-quality ${name}: ${scores.length} PDFs, overall ${total}, ${line('', { name, ...means })}`,
  );
}

function line(name: string, { nid, teds, mhs }: Score): string {
  const show = (value: number | undefined): string => value?.toFixed(3) ?? '-';
  return `${name} NID ${show(nid)} TEDS ${show(teds)} MHS ${show(mhs)}`;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await bench(process.argv[2]);
