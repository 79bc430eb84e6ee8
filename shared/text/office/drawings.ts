import { type Block, bullets, paragraph, table } from '../../markdown/block.ts';
import { styled } from '../../markdown/inline.ts';
import { readXml, type XmlElement } from '../../xml/read.ts';
import type { OfficePackage } from './package.ts';

/** Points of a chart that are shown; a chart of a whole measurement is no reading matter. */
const MAX_POINTS = 200;

/** What a drawing of Office says in words: a chart's numbers as a table, a diagram's words as a list. */
export async function drawingBlocks(office: OfficePackage, part: string): Promise<readonly Block[]> {
  if (!office.has(part)) return [];
  return part.includes('/diagrams/') ? await diagramBlocks(office, part) : await chartBlocks(office, part);
}

/** The points of SmartArt that its author has written (ISO 29500-1, 21.4). */
async function diagramBlocks(office: OfficePackage, part: string): Promise<Block[]> {
  const points: string[] = [];
  let words: string[] = [];
  await readXml(office.part(part), {
    open({ name }) {
      if (name === 'pt') words = [];
    },
    close({ name }, text) {
      if (name === 't' && text !== '') words.push(text);
      else if (name === 'p') words.push(' ');
      else if (name === 'pt' && words.join('').trim() !== '') points.push(words.join('').trim());
    },
  });
  return points.length === 0 ? [] : [bullets(points)];
}

interface Series {
  name: string;
  readonly categories: Map<number, string>;
  readonly values: Map<number, string>;
}

/** The numbers that a chart was last drawn with (ISO 29500-1, 21.2). */
async function chartBlocks(office: OfficePackage, part: string): Promise<Block[]> {
  const title: string[] = [];
  const all: Series[] = [];
  let point = 0;
  await readXml(office.part(part), {
    open({ name, attributes }) {
      if (name === 'ser') all.push({ name: '', categories: new Map(), values: new Map() });
      else if (name === 'pt') point = Number(attributes.get('idx')) || 0;
    },
    close(element, text) {
      if (element.name === 't' && within(element, 'title') && all.length === 0) title.push(text);
      else if (element.name === 'v') addValue(all.at(-1), element, { point, text });
    },
  });
  const heading = title.join('').trim();
  const rows = chartRows(all);
  return [
    ...(heading === '' ? [] : [paragraph(styled(heading, { bold: true }))]),
    ...(rows.length < 2 ? [] : [table(rows)]),
  ];
}

function addValue(
  series: Series | undefined,
  element: XmlElement,
  { point, text }: { point: number; text: string },
): void {
  if (series === undefined) return;
  if (within(element, 'tx')) series.name = text;
  else if (within(element, 'cat') || within(element, 'xVal')) series.categories.set(point, text);
  else if (within(element, 'val') || within(element, 'yVal')) series.values.set(point, text);
}

function within(element: XmlElement, name: string): boolean {
  for (let at = element.parent; at !== undefined; at = at.parent) if (at.name === name) return true;
  return false;
}

function chartRows(all: readonly Series[]): string[][] {
  const points = [...new Set(all.flatMap(({ values }) => [...values.keys()]))].sort((a, b) => a - b);
  const categoryOf = (at: number): string =>
    all.map(({ categories }) => categories.get(at)).find((name) => name !== undefined) ?? String(at + 1);
  const rows = points
    .slice(0, MAX_POINTS)
    .map((at) => [categoryOf(at), ...all.map(({ values }) => values.get(at) ?? '')]);
  const left = points.length - rows.length;
  if (left > 0) rows.push([`… and ${left} more`, ...all.map(() => '')]);
  return [['', ...all.map(({ name }) => name)], ...rows];
}
