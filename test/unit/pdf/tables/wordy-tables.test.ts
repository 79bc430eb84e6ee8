/** Tables that only the order of writing, or rules above and below, tell from text. */
import { describe, expect, it } from 'vitest';
import { type Face, type Line, lineText, toLine } from '../../../../shared/pdf/read/words.ts';
import { takeAlignedTables } from '../../../../shared/pdf/tables/aligned.ts';
import { attachHead } from '../../../../shared/pdf/tables/attach-head.ts';
import { takeWrittenTables } from '../../../../shared/pdf/tables/by-writing.ts';
import { splitAtChannels } from '../../../../shared/pdf/tables/channels.ts';
import { takeFramedTables } from '../../../../shared/pdf/tables/framed.ts';
import type { Rulings, Segment } from '../../../../shared/pdf/tables/rulings.ts';
import { type Table, toTable } from '../../../../shared/pdf/tables/table.ts';

const FACE: Face = { name: 'Serif', bold: false, italic: false, mono: false };

type Piece = readonly [x: number, baseline: number, text: string];

/** Lines of 10 pt, 5 pt a letter, in the order of writing. */
function write(pieces: readonly Piece[]): Line[] {
  let order = 0;
  return pieces.map(([x, baseline, text]) => {
    let x0 = x;
    const words = text.split(' ').map((part) => {
      order += 1;
      const box = { x0, x1: x0 + part.length * 5, y0: baseline - 8, y1: baseline + 2 };
      x0 = box.x1 + 3;
      return { ...box, text: part, baseline, size: 10, face: FACE, color: 0, joined: false, order };
    });
    return toLine(words);
  });
}

const ROWS = [0, 40, 80].map((y): Piece[] => [
  [50, 100 + y, 'guests are asked to be'],
  [50, 112 + y, 'quiet at night'],
  [300, 100 + y, 'in der Nacht bitten wir'],
  [300, 112 + y, 'um Ruhe'],
]);

describe('takeWrittenTables', () => {
  it('finds rows whose cells hold several lines', () => {
    const { tables, rest } = takeWrittenTables(write(ROWS.flat()));

    const cells = tables[0]?.rows.map((row) => row.map((cell) => cell.lines.map(lineText).join(' ')));
    expect(cells).toEqual(
      ROWS.map(() => ['guests are asked to be quiet at night', 'in der Nacht bitten wir um Ruhe']),
    );
    expect(rest).toEqual([]);
  });

  it('finds cells centred beside taller ones', () => {
    const rows = [0, 40, 80].map((y): Piece[] => [
      [50, 100 + y, 'guests are asked to be'],
      [50, 112 + y, 'quiet at night'],
      [300, 106 + y, 'Ruhe in der Nacht'],
    ]);

    expect(takeWrittenTables(write(rows.flat())).tables).toHaveLength(1);
  });

  it.each([
    ['columns of a newspaper, written one after the other', [...ROWS.flat()].sort((a, b) => a[0] - b[0])],
    ['two rows', ROWS.slice(0, 2).flat()],
    [
      'rows of one line, which are found by alignment',
      ROWS.flatMap((row) => row.filter((_, index) => index % 2 === 0)),
    ],
    [
      'a list with its numbers apart',
      [0, 30, 60].flatMap(
        (y, index) =>
          [
            [50, 100 + y, `${index + 1}.`],
            [80, 100 + y, 'read the manual before'],
            [80, 112 + y, 'switching it on'],
          ] as const,
      ),
    ],
  ])('leaves %s', (_name, pieces) => {
    const lines = write(pieces);

    expect(takeWrittenTables(lines)).toEqual({ tables: [], rest: lines });
  });
});

describe('splitAtChannels', () => {
  const rows = (gap: number): Line[] =>
    write([
      [50, 100, 'Books'],
      [75 + gap, 100, 'four weeks'],
      [50, 120, 'Films'],
      [75 + gap, 120, 'one week'],
    ]);

  it('parts a line where the other rows are parted', () => {
    const [first, second] = [rows(9), write([[50, 140, 'Notes two weeks']])];
    const wide = second.map((line) =>
      toLine(
        line.words.map((word, index) => (index > 0 ? { ...word, x0: word.x0 + 6, x1: word.x1 + 6 } : word)),
      ),
    );

    const parts = splitAtChannels([...first, ...wide]).map(lineText);

    expect(parts).toEqual(['Books', 'four weeks', 'Films', 'one week', 'Notes', 'two weeks']);
  });

  it('leaves lines of text alone', () => {
    const lines = write([
      [50, 100, 'plain words of a text'],
      [50, 112, 'that goes on over lines'],
      [50, 124, 'and ends here at last'],
    ]);

    expect(splitAtChannels(lines)).toEqual(lines);
  });
});

describe('tables between lines', () => {
  const segment = (at: number): Segment => ({ at, from: 40, to: 500 });
  const rulings = (...ys: readonly number[]): Rulings => ({ horizontal: ys.map(segment), vertical: [] });
  const textOf = ({ rows }: Table): string[] =>
    rows.map((row) => row.map((cell) => cell.lines.map(lineText).join(' ')).join(' | '));

  it('takes what stands between two lines for one row, however many lines of text it has', () => {
    const { tables, rest } = takeFramedTables(write(ROWS.flat()), rulings(86, 120, 160, 200));

    expect(tables.map(textOf)).toEqual([
      ROWS.map(() => 'guests are asked to be quiet at night | in der Nacht bitten wir um Ruhe'),
    ]);
    expect(rest).toEqual([]);
  });

  it('takes several rows between two lines by their baselines', () => {
    const pieces = [0, 20, 40, 60].flatMap((y): Piece[] => [
      [50, 100 + y, `name ${y}`],
      [300, 100 + y, String(y)],
    ]);

    const { tables } = takeFramedTables(write(pieces), rulings(88, 125, 170));

    expect(tables.map(textOf)).toEqual([['name 0 | 0', 'name 20 | 20', 'name 40 | 40', 'name 60 | 60']]);
  });

  it('attaches the row above the first line, and the one as far below the last', () => {
    const pieces = [0, 20, 40, 60, 80].flatMap((y): Piece[] => [
      [50, 100 + y, `name ${y}`],
      [300, 100 + y, String(y)],
    ]);
    const lines = write(pieces);
    const ruled = takeFramedTables(lines.slice(2, 8), rulings(108, 128, 148, 168));

    const { table, rest } = attachHead(ruled.tables[0] ?? toTable([]), [
      ...lines.slice(0, 2),
      ...lines.slice(8),
    ]);

    expect(textOf(table)).toEqual([0, 20, 40, 60, 80].map((y) => `name ${y} | ${y}`));
    expect(rest).toEqual([]);
  });

  it('leaves text further below', () => {
    const lines = write(
      [0, 20, 40, 75].flatMap((y): Piece[] => [
        [50, 100 + y, 'name'],
        [300, 100 + y, '1'],
      ]),
    );
    const ruled = takeFramedTables(lines.slice(0, 6), rulings(88, 108, 128, 148));

    const { rest } = attachHead(ruled.tables[0] ?? toTable([]), lines.slice(6));

    expect(rest).toEqual(lines.slice(6));
  });

  it('puts a head at the left of its column over figures at the right', () => {
    const rows = [0, 20, 40].flatMap((y): Piece[] => [
      [50, 120 + y, `name ${y}`],
      [290, 120 + y, `1${y}`],
    ]);

    const { tables } = takeAlignedTables(write([[50, 100, 'Name'], [200, 100, 'Value'], ...rows]));

    expect(tables.map(textOf)).toEqual([['Name | Value', 'name 0 | 10', 'name 20 | 120', 'name 40 | 140']]);
  });
});
