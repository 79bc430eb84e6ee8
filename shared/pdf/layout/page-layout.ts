/** From a page's lines to its blocks in reading order. */

import { isAllMono } from '../read/line-style.ts';
import type { Box, Line, Region, Rule } from '../read/words.ts';
import { takeAlignedTables } from '../tables/aligned.ts';
import { attachHead } from '../tables/attach-head.ts';
import { takeWrittenTables } from '../tables/by-writing.ts';
import { takeFramedTables } from '../tables/framed.ts';
import { takeGridTables } from '../tables/grid.ts';
import { isWhite, toRulings } from '../tables/rulings.ts';
import type { Table } from '../tables/table.ts';
import type { Block } from './blocks.ts';
import { toChunks } from './chunks.ts';
import { joinColumns } from './join-columns.ts';
import { toNumberedHeading } from './numbered-headings.ts';
import { type ColumnLine, toColumns } from './reading-order.ts';
import { takeRunning } from './running-heads.ts';
import { markTitles } from './title-lines.ts';

type Piece = ColumnLine & ({ readonly line: Line } | { readonly table: Table });

/** Drawn bullets are squares or circles of this size in points. */
const BULLET_PT = { least: 1.5, most: 6.5 } as const;

/** A page's tables, and the lines that are in none. */
export interface TablesAndLines {
  readonly tables: readonly Table[];
  readonly lines: readonly Line[];
}

export function findTables(content: Region): TablesAndLines {
  const rulings = toRulings(content.rules);
  const grids = takeGridTables(content.lines, rulings);
  const framed = takeFramedTables(grids.rest, rulings);
  const written = takeWrittenTables(framed.rest);
  const aligned = takeAlignedTables(written.rest);
  const tables: Table[] = [...written.tables, ...aligned.tables];
  let lines = aligned.rest;
  for (const ruled of [...grids.tables, ...framed.tables]) {
    const { table, rest } = attachHead(ruled, lines);
    tables.push(table);
    lines = rest;
  }
  return { tables, lines };
}

export interface LaidOut {
  /** In reading order. */
  readonly blocks: readonly Block[];
  /** Heads, feet and page numbers, which are in no block. */
  readonly running: ReadonlySet<Line>;
}

/** What runs in one direction on a page, without its heads and feet. */
export function layOut(
  region: Region & { readonly degrees?: number },
  running: readonly string[],
  bodySize: number,
): LaidOut {
  const { tables, lines } = findTables(region);
  const heads = takeRunning(lines, region, running);
  const pieces: Piece[] = [
    ...lines
      .filter((line) => !heads.has(line))
      .map((line) => ({ ...boxOf(line), mono: isAllMono(line), line })),
    ...tables.map((table) => ({ ...boxOf(table), table })),
  ];
  const bullets = region.rules.filter(isBullet);
  const columns = toColumns(pieces, bodySize).map((column) => toBlocks(column, bullets));
  const blocks = joinColumns(columns, bodySize).map((block, index, all) =>
    toNumberedHeading(block, [all[index - 1], all[index + 1]], bodySize),
  );
  return { blocks: markTitles(blocks, region, bodySize), running: heads };
}

function boxOf({ x0, y0, x1, y1 }: Box): Box {
  return { x0, y0, x1, y1 };
}

function isBullet(rule: Rule): boolean {
  const width = rule.x1 - rule.x0;
  const height = rule.y1 - rule.y0;
  const isSmall = width >= BULLET_PT.least && width <= BULLET_PT.most && height >= BULLET_PT.least;
  return isSmall && height <= BULLET_PT.most && Math.abs(width - height) < 1 && !isWhite(rule.color);
}

/** The column's text between its tables, each part taken again for tables that the page's other columns hid. */
function toBlocks(column: readonly Piece[], bullets: readonly Rule[]): Block[] {
  const blocks: Block[] = [];
  let lines: Line[] = [];
  const flush = (): void => {
    blocks.push(...textBlocks(lines, bullets));
    lines = [];
  };
  for (const piece of column) {
    if ('line' in piece) lines.push(piece.line);
    else {
      flush();
      blocks.push({ kind: 'table', table: piece.table });
    }
  }
  flush();
  return blocks;
}

function textBlocks(lines: readonly Line[], bullets: readonly Rule[]): Block[] {
  const { tables, rest } = takeAlignedTables(lines);
  if (tables.length === 0) return toChunks(lines, bullets);
  const blocks: Block[] = [];
  let from = Number.NEGATIVE_INFINITY;
  for (const table of tables) {
    blocks.push(
      ...toChunks(
        rest.filter((line) => line.y0 >= from && line.y0 < table.y0),
        bullets,
      ),
    );
    blocks.push({ kind: 'table', table });
    from = table.y0;
  }
  return [
    ...blocks,
    ...toChunks(
      rest.filter((line) => line.y0 >= from),
      bullets,
    ),
  ];
}
