/** Builds the blocks of corpus documents from a seed. */
import type { Block, Cell, Document, Inline, List, ListItem, Table } from './ast.ts';
import { CODE, HEADINGS, ITEMS, NAMES, SENTENCES, TERMS } from './prose.ts';
import { newRandom, type Random } from './random.ts';

export interface Builder {
  readonly random: Random;
  readonly blocks: Block[];
  readonly notes: string[];
  readonly language: Document['language'];
  readonly used: Set<string>;
}

export function newBuilder(seed: number, language: Document['language'] = 'en'): Builder {
  return { random: newRandom(seed), blocks: [], notes: [], language, used: new Set() };
}

export function heading(builder: Builder, level: 1 | 2 | 3 | 4, text?: string): void {
  const fresh = HEADINGS[builder.language].filter((title) => !builder.used.has(title));
  const title = text ?? builder.random.pick(fresh.length > 0 ? fresh : HEADINGS[builder.language]);
  builder.used.add(title);
  builder.blocks.push({ type: 'heading', level, text: title });
}

export function sentences(builder: Builder, count: number): string {
  const space = builder.language === 'zh' || builder.language === 'ja' ? '' : ' ';
  return Array.from({ length: count }, () => builder.random.pick(SENTENCES[builder.language])).join(space);
}

export function paragraphs(builder: Builder, count: number, least = 2, most = 6): void {
  for (let index = 0; index < count; index += 1) {
    const text = sentences(builder, least + builder.random.int(most - least + 1));
    builder.blocks.push({ type: 'paragraph', text: [text] });
  }
}

/** A paragraph with bold, italic, code and a link in it. */
export function styled(builder: Builder): void {
  const { random } = builder;
  const name = random.pick(NAMES);
  const text: Inline[] = [
    `${sentences(builder, 1)} The `,
    { type: 'bold', text: random.pick(TERMS) },
    ' at ',
    { type: 'italic', text: name },
    ' is read by ',
    { type: 'code', text: 'read_gauge()' },
    ' once an hour, as described in ',
    {
      type: 'link',
      text: 'the handbook',
      uri: `https://example.org/${name.toLowerCase().replace(' ', '-')}`,
    },
    `. ${sentences(builder, 2)}`,
  ];
  builder.blocks.push({ type: 'paragraph', text });
}

export function noted(builder: Builder): void {
  builder.notes.push(sentences(builder, 1));
  const number = builder.notes.length;
  builder.blocks.push({
    type: 'paragraph',
    text: [sentences(builder, 2), { type: 'note', number }, ` ${sentences(builder, 2)}`],
  });
}

export function list(builder: Builder, ordered: boolean, count: number, depth = 1): void {
  builder.blocks.push(toList(builder, ordered, count, depth));
}

function toList(builder: Builder, ordered: boolean, count: number, depth: number): List {
  const items = Array.from({ length: count }, (_, index): ListItem => {
    const text = [builder.random.pick(ITEMS)];
    if (depth <= 1 || index % 2 === 1) return { text };
    return {
      text,
      children: toList(builder, builder.random.chance(0.3), 2 + builder.random.int(2), depth - 1),
    };
  });
  return { type: 'list', ordered, items };
}

export function code(builder: Builder): void {
  builder.blocks.push({ type: 'code', text: builder.random.pick(CODE) });
}

export function quote(builder: Builder): void {
  builder.blocks.push({ type: 'quote', text: [sentences(builder, 2)] });
}

/** Names and figures; `words` puts running text into the last column. */
export function table(
  builder: Builder,
  size: { rows: number; columns: number; words?: boolean },
  style: Table['style'],
): void {
  const { random } = builder;
  const heads = [
    'Place',
    'Visits',
    'Depth (m)',
    'Share',
    'Since',
    'Income',
    'Class',
    'Ships',
    'Crew',
    'Remark',
  ];
  const columns = size.words ? [...heads.slice(0, size.columns - 1), 'Remark'] : heads.slice(0, size.columns);
  const rows: Cell[][] = [columns.map((text) => ({ text }))];
  for (let index = 0; index < size.rows; index += 1) {
    rows.push(columns.map((column) => ({ text: cellText(random, column, index, size.words ?? false) })));
  }
  builder.blocks.push({ type: 'table', rows, style });
}

function cellText(random: Random, column: string, row: number, words: boolean): string {
  switch (column) {
    case 'Place':
      return `${NAMES[row % NAMES.length]}${row >= NAMES.length ? ` ${Math.floor(row / NAMES.length) + 1}` : ''}`;
    case 'Depth (m)':
      return `${random.int(30)}.${random.int(10)}`;
    case 'Share':
      return `${random.int(100)} %`;
    case 'Since':
      return String(1850 + random.int(170));
    case 'Income':
      return `${1 + random.int(9)},${100 + random.int(899)}`;
    case 'Class':
      return random.pick(['A', 'B', 'C', 'A+']);
    case 'Remark':
      return words ? random.pick(ITEMS) : random.pick(['ok', 'late', 'closed', 'new']);
    default:
      return String(random.int(500));
  }
}

/** A table whose head spans columns and whose first column spans rows. */
export function mergedTable(builder: Builder, style: Table['style']): void {
  const { random } = builder;
  const number = (): Cell => ({ text: String(random.int(900)) });
  const rows: Cell[][] = [
    [
      { text: 'Region', rowspan: 2 },
      { text: 'First season', colspan: 2 },
      { text: 'Second season', colspan: 2 },
    ],
    [{ text: 'Ships' }, { text: 'Crew' }, { text: 'Ships' }, { text: 'Crew' }],
  ];
  for (const name of ['North', 'South', 'East', 'West'])
    rows.push([{ text: name }, number(), number(), number(), number()]);
  builder.blocks.push({ type: 'table', rows, style });
}
