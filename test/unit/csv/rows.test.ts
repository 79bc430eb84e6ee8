import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordCounter } from '../../../shared/csv/record-counter.ts';
import { RowBatch } from '../../../shared/csv/row-batch.ts';
import { type OddRecord, RECORD_BYTES_MAX, RowScanner } from '../../../shared/csv/row-scanner.ts';

interface Scanned {
  readonly rows: string[][];
  readonly numbers: number[];
  readonly over: number[];
  readonly marks: string[];
  readonly odd: OddRecord[];
  readonly unclosed: number[];
  records: number;
}

/** Scans bytes given in chunks. */
function scan(bytes: Buffer, width: number, chunkBytes = bytes.length || 1): Scanned {
  const batch = new RowBatch(width);
  const found: Scanned = { rows: [], numbers: [], over: [], marks: [], odd: [], unclosed: [], records: 0 };
  const scanner = new RowScanner(batch, 1, {
    odd: (record) => void found.odd.push(record),
    unclosed: (record) => void found.unclosed.push(record),
  });
  const drain = (): void => {
    let isMore = true;
    while (isMore) {
      isMore = scanner.scan();
      collect(batch, found);
    }
  };
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    scanner.push(bytes.subarray(at, at + chunkBytes));
    drain();
  }
  scanner.end();
  drain();
  found.records = scanner.number - 1;
  return found;
}

function collect(batch: RowBatch, found: Scanned): void {
  for (let row = 0; row < batch.rows; row++) {
    const cells: string[] = [];
    for (let column = 0; column < Math.min(batch.width, batch.cells[row] ?? 0); column++) {
      const at = row * batch.width + column;
      cells.push(Buffer.from(batch.bytes.subarray(batch.starts[at], batch.ends[at])).toString());
    }
    found.rows.push(cells);
    found.numbers.push(batch.numbers[row] ?? 0);
    if (batch.isOver[row]) found.over.push(batch.numbers[row] ?? 0);
  }
  for (const { row, column, type } of batch.marks)
    found.marks.push(`${batch.numbers[row]} ${column} ${type}`);
}

describe('rows and cells', () => {
  it.each<[string, string, string[][]]>([
    [
      'LF, CR LF, CR and CR CR LF',
      'a,b\nc,d\r\ne,f\rg,h\r\r\ni,j',
      [
        ['a', 'b'],
        ['c', 'd'],
        ['e', 'f'],
        ['g', 'h'],
        ['i', 'j'],
      ],
    ],
    [
      'empty cells',
      ',,\n,a,\n',
      [
        ['', '', ''],
        ['', 'a', ''],
      ],
    ],
    ['a short row', 'a\nb,c\n', [['a'], ['b', 'c']]],
    ['quotes, doubled ones, a comma, a line end', '"a ""b"", c","d\ne"\n', [['a "b", c', 'd\ne']]],
    ['a quote within a cell', '5" pipe,Rsa "Angeli" Rsa\n', [['5" pipe', 'Rsa "Angeli" Rsa']]],
    ['blanks before a quote', 'a, "b,c" ,d\n', [['a', 'b,c', 'd']]],
    ['text behind a closing quote', '"abc"def,x\n', [['abcdef', 'x']]],
    ['an empty quoted cell with text behind it', '""C" St.,x\n', [['C" St.', 'x']]],
    [
      'a mark before a quoted cell, at the start and in the middle',
      '\uFEFF"a",b\n\uFEFF"c",d\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['blanks at both ends', ' a ,\tb\n', [['a', 'b']]],
    ['a quoted cell at the end', 'a,"b"', [['a', 'b']]],
    ['a quoted line end at the end', 'a,"b"\r\n', [['a', 'b']]],
  ])('%s', (_, text, rows) => {
    for (const chunkBytes of [1, 2, 3, 5, 1_000])
      if (!text.includes('\uFEFF') || chunkBytes > 4)
        expect(scan(Buffer.from(text), 3, chunkBytes).rows).toEqual(rows);
  });

  it('blank lines are counted, and no rows', () => {
    const { rows, numbers, odd } = scan(Buffer.from('a\n\n  \nb\n\x1a\0\0'), 1);

    expect(rows).toEqual([['a'], ['b']]);
    expect(numbers).toEqual([1, 4]);
    expect(odd).toEqual([
      { number: 3, type: 'blank', bytes: 2 },
      { number: 5, type: 'control', bytes: 3 },
    ]);
  });

  it('only filled cells beyond the header are told of', () => {
    expect(scan(Buffer.from('a,b\nc,d,,\ne,f,,g\n'), 2)).toMatchObject({
      rows: [
        ['a', 'b'],
        ['c', 'd'],
        ['e', 'f'],
      ],
      over: [3],
    });
  });

  it('marks trimmed cells and line ends in cells', () => {
    expect(scan(Buffer.from('a, b\n"c\nd",e\n'), 2).marks).toEqual(['1 1 trimmed', '2 0 newline']);
  });

  it('a quote that is never closed is text, and costs no row', () => {
    const text = `a,"b\n${'c,d\n'.repeat(3_000)}`;

    const { rows, unclosed } = scan(Buffer.from(text), 2, 700);

    expect(rows).toHaveLength(3_001);
    expect(rows[0]).toEqual(['a', '"b']);
    expect(unclosed).toEqual([1]);
  });

  it('a record over the limit is left out, with its size, and the next ones stand', () => {
    const lines = Buffer.concat([
      Buffer.from('a,"'),
      Buffer.alloc(RECORD_BYTES_MAX * 1.5, 'x,'),
      Buffer.from('"\nb,c\n'),
    ]);

    expect(scan(lines, 2, 65_536)).toMatchObject({
      rows: [['b', 'c']],
      odd: [{ number: 1, type: 'long', bytes: lines.length - 5 }],
    });
  });
});

const cell = fc.stringMatching(/^[a-z0-9",\n\r é]*$/).map((text) => text.trim());
const soup = fc
  .array(fc.constantFrom('a', ',', '"', '\n', '\r', ' ', '""', ',"', '"\n', '\r\n'), { maxLength: 60 })
  .map((parts) => parts.join(''));

/** The first record that the counter is sure of behind a place. */
function firstAfter(bytes: Buffer, place: number, chunkBytes: number): RecordCounter['first'] {
  const counter = new RecordCounter();
  for (let from = 0; from < bytes.length; from += chunkBytes) {
    counter.scan(bytes.subarray(from, from + chunkBytes));
    if (from < place) counter.mark();
    else if (counter.first) return counter.first;
  }
  return undefined;
}

describe('for any text', () => {
  it('cells written by RFC 4180 are read as they were', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell, cell), { maxLength: 30 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.integer({ min: 1, max: 40 }),
        (rows, lineEnd, chunkBytes) => {
          const text = rows.map(
            (row) => row.map((each) => `"${each.replaceAll('"', '""')}"`).join(',') + lineEnd,
          );
          expect(scan(Buffer.from(text.join('')), 3, chunkBytes).rows).toEqual(rows);
        },
      ),
    );
  });

  it('rows do not depend on the chunks, and the counter counts the same records', () => {
    fc.assert(
      fc.property(soup, fc.integer({ min: 1, max: 20 }), (text, chunkBytes) => {
        const bytes = Buffer.from(text);
        const whole = scan(bytes, 3);
        expect(scan(bytes, 3, chunkBytes)).toEqual(whole);

        const counter = new RecordCounter();
        for (let at = 0; at < bytes.length; at += chunkBytes)
          counter.scan(bytes.subarray(at, at + chunkBytes));
        expect(counter.end()).toBe(whole.records);
      }),
      { numRuns: 5_000 },
    );
  });

  it('where the counter says that a record begins, the rest can be read alone', () => {
    const line = fc
      .array(fc.constantFrom('a', ',', '"', ' ', '""', ',"', 'x\ny'), { maxLength: 8 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 700 }),
        fc.nat(),
        fc.integer({ min: 1, max: 50 }),
        (lines, at, chunkBytes) => {
          const bytes = Buffer.from(lines.join('\n'));
          const first = firstAfter(bytes, at % bytes.length, chunkBytes);
          if (!first) return;
          const whole = scan(bytes, 2);
          const rest = scan(bytes.subarray(first.start), 2);
          expect(rest.rows).toEqual(whole.rows.filter((_, row) => (whole.numbers[row] ?? 0) > first.record));
        },
      ),
      { numRuns: 500 },
    );
  });
});
