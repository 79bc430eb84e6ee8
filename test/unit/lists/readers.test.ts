import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { gunzip, readChunks } from '../../../shared/lists/bytes.ts';
import { readCsv } from '../../../shared/lists/csv.ts';
import { readJsonDocument } from '../../../shared/lists/json-document.ts';
import { readJsonLines } from '../../../shared/lists/jsonl.ts';
import { type Entry, ROW_BYTES_MAX } from '../../../shared/lists/row.ts';
import { readTextLines } from '../../../shared/lists/text.ts';
import { readVirtual } from '../../../shared/lists/virtual.ts';
import { bufferSource } from '../../../shared/range-source.ts';

type Reader = (chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Entry>;

const jsonl: Reader = (chunks) => readJsonLines(chunks, true);
const csv: Reader = (chunks) => readCsv(chunks, ',');
const json =
  (pointer = ''): Reader =>
  (chunks) =>
    readJsonDocument(chunks, pointer, true);

/** The bytes in pieces of `size`, so that everything falls between two of them somewhere. */
async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function read(reader: Reader, text: string | Uint8Array, size = 1): Promise<string[]> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const entries = await Array.fromAsync(reader(inPieces(bytes, size)));
  return entries.map((entry) => (entry.type === 'row' ? entry.json.toString() : `! ${entry.message}`));
}

describe.each([1, 2, 3, 7, 1000])('in pieces of %i bytes', (size) => {
  test.each([
    {
      name: 'lines with CR LF, blank ones, no last end',
      text: '{"n":1}\r\n\r\n \n{"n":2}\n{"n":3}',
      rows: ['{"n":1}', '{"n":2}', '{"n":3}'],
    },
    {
      name: 'numbers that parsing spoils',
      text: '{"id":9007199254740993,"p":1.10}\n{"x":1e400}\n{"k":1,"k":2}',
      rows: ['{"id":9007199254740993,"p":1.10}', '{"x":1e400}', '{"k":1,"k":2}'],
    },
    {
      name: 'any value, a mark, blanks around it',
      text: '\ufeff 42 \n"seven"\nnull',
      rows: ['42', '"seven"', 'null'],
    },
    {
      name: 'a line separator of Unicode is no line end',
      text: '{"s":"a\u2028b"}\n1',
      rows: ['{"s":"a\u2028b"}', '1'],
    },
    {
      name: 'half a line, and a NUL',
      text: '1\n{"n":\n"a\0b"\n2',
      rows: [
        '1',
        '! line 2, byte 2: expected JSON, found "{\\"n\\":"',
        '! line 3, byte 8: expected JSON, found "\\"a\\u0000b\\""',
        '2',
      ],
    },
    { name: 'nothing', text: '', rows: [] },
  ])('JSON lines: $name', async ({ text, rows }) => {
    expect(await read(jsonl, text, size)).toEqual(rows);
  });

  test.each([
    { name: 'an array', text: ' [1, {"a":[ ]} ,"]}"]\n', pointer: '', rows: ['1', '{"a":[ ]}', '"]}"'] },
    {
      name: 'an array within, behind others of its name',
      text: '{"m":{"items":["no"],"x":"\\"]}{["},"data":{"items":[{"n":1},{"n":2}]},"t":[1]}',
      pointer: '/data/items',
      rows: ['{"n":1}', '{"n":2}'],
    },
    {
      name: 'an element of an array, escapes of a pointer',
      text: '[0,{"a/b":{"~":[7]}}]',
      pointer: '/1/a~1b/~0',
      rows: ['7'],
    },
    {
      name: 'an object: every key a row',
      text: '{"a":{"v":1.10},"a b/c":null}',
      pointer: '',
      rows: ['{"key":"a","value":{"v":1.10}}', '{"key":"a b/c","value":null}'],
    },
    {
      name: 'an element that only looks whole',
      text: '[1,\n{"a":tru},2]',
      pointer: '',
      rows: ['1', '! line 2, byte 4: expected JSON, found "{\\"a\\":tru}"', '2'],
    },
    { name: 'nothing in it', text: '[]', pointer: '', rows: [] },
  ])('a JSON document: $name', async ({ text, pointer, rows }) => {
    expect(await read(json(pointer), text, size)).toEqual(rows);
  });

  test.each([
    {
      name: 'mark, CR LF, quoted line end, doubled quotes, blanks in the header',
      text: '\ufeffid, name,note\r\n007,"Ann ""A"" Lee","two\r\nlines"\r\n008,Bob \\ Ray,\r\n',
      rows: [
        '{"id":"007","name":"Ann \\"A\\" Lee","note":"two\\r\\nlines"}',
        '{"id":"008","name":"Bob \\\\ Ray","note":""}',
      ],
    },
    {
      name: 'short, long and blank between good ones',
      text: 'id,name\n1,a\n2\n3,c,extra\n\n4,d',
      rows: [
        '{"id":"1","name":"a"}',
        '! line 3, byte 12: expected 2 cells, found 1',
        '! line 4, byte 14: expected 2 cells, found 3',
        '{"id":"4","name":"d"}',
      ],
    },
    {
      name: 'names that are numbers keep their order',
      text: '2,1,__proto__\na,b,c',
      rows: ['{"2":"a","1":"b","__proto__":"c"}'],
    },
    {
      name: 'a quote within a cell is a quote',
      text: 'a,b\n5" pipe,x"y"\n',
      rows: ['{"a":"5\\" pipe","b":"x\\"y\\""}'],
    },
    {
      name: 'more behind a closing quote',
      text: 'a,b\n"x"y,1\n2,3',
      rows: ['! line 2, byte 4: expected "," after the closing quote, found "y"', '{"a":"2","b":"3"}'],
    },
    {
      name: 'a quote that is never closed',
      text: 'a,b\n1,2\n"x,3\n4,5\n',
      rows: [
        '{"a":"1","b":"2"}',
        "! line 3, byte 8: expected the quote to be closed, found the list's end after 9 bytes",
      ],
    },
    { name: 'only a header', text: 'a,b\n', rows: [] },
  ])('CSV: $name', async ({ text, rows }) => {
    expect(await read(csv, text, size)).toEqual(rows);
  });
});

test('text: each line a string', async () => {
  expect(await read(readTextLines, 'a "b"\r\n\n ü \n')).toEqual(['"a \\"b\\""', '" ü "']);
});

test.each([
  { name: 'JSON lines', reader: jsonl, prefix: '' },
  { name: 'text', reader: readTextLines, prefix: '' },
  { name: 'CSV', reader: csv, prefix: 'a\n' },
])('$name: bytes that are no UTF-8 are a bad row, and the next one is read', async ({ reader, prefix }) => {
  const bytes = Buffer.concat([Buffer.from(prefix), Buffer.from([0xff, 0x0a]), Buffer.from('7')]);

  const [bad, good] = await read(reader, bytes);

  expect(bad).toContain('expected UTF-8, found other bytes');
  expect(good).toContain('7');
});

test('rows of JSON say where their bytes are', async () => {
  const entries = await Array.fromAsync(
    readJsonLines(inPieces(Buffer.from('{"a":1}\n  {"b":2} \n'), 4), true),
  );

  expect(entries).toMatchObject([
    { line: 1, byte: 0, isPlain: true },
    { line: 2, byte: 10, isPlain: true },
  ]);
});

test('a line that is too long is passed over without being held', async () => {
  async function* long(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('1\n"');
    for (let n = 0; n < 7; n++) yield Buffer.alloc(1_000_000, 'x');
    yield Buffer.from('"\n2');
  }

  const entries = await Array.fromAsync(readJsonLines(long(), true));

  expect(entries).toMatchObject([
    { type: 'row' },
    { type: 'bad', code: 'ITEM_TOO_LARGE', line: 2, bytes: 7_000_002 },
    { type: 'row' },
  ]);
  expect(ROW_BYTES_MAX).toBeLessThan(7_000_002);
});

test('gzip of two members is one list', async () => {
  const bytes = Buffer.concat([gzipSync('1\n2\n'), gzipSync('3')]);

  expect(await read((chunks) => readJsonLines(gunzip(chunks), false), bytes, 5)).toEqual(['1', '2', '3']);
});

test.each([
  {
    name: 'gzip that is cut off',
    run: () => read((chunks) => jsonl(gunzip(chunks)), gzipSync('1\n2\n').subarray(0, 15)),
    says: /expected gzip, found unexpected end of file/,
  },
  {
    name: 'no gzip',
    run: () => read((chunks) => jsonl(gunzip(chunks)), 'plain'),
    says: /expected gzip, found incorrect header/,
  },
  {
    name: 'an array that is cut off',
    run: () => read(json(), '[1,\n{"a":'),
    says: /line 2, byte 4: expected the value to end/,
  },
  {
    name: 'a comma too many',
    run: () => read(json(), '[1,]'),
    says: /line 1, byte 3: expected a value, found "]"/,
  },
  {
    name: 'more behind the array',
    run: () => read(json(), '[1] 2'),
    says: /expected the end of the document, found more/,
  },
  {
    name: 'a pointer to nothing',
    run: () => read(json('/a/b'), '{"a":{"c":[]}}'),
    says: /expected "b" of the pointer \/a\/b, found none/,
  },
  {
    name: 'a pointer to a number',
    run: () => read(json('/a'), '{"a":7}'),
    says: /expected an array or an object at "\/a", found neither/,
  },
  {
    name: 'a header with a name twice',
    run: () => read(csv, 'a,b,a\n1,2,3'),
    says: /line 1, byte 0: expected different names in the header, found "a" twice/,
  },
  {
    name: 'no count',
    run: () => Array.fromAsync(readVirtual(bufferSource(Buffer.from('{"count": -1}')))),
    says: /expected \{"count": <rows>\}/,
  },
])('$name ends the list with its place', async ({ run, says }) => {
  await expect(run()).rejects.toMatchObject({ code: 'LIST_INVALID', message: expect.stringMatching(says) });
});

test('a virtual list has as many rows as it says', async () => {
  expect(await Array.fromAsync(readVirtual(bufferSource(Buffer.from('{"count": 3}'))))).toHaveLength(3);
});

test('a source is read by ranges, whatever its size', async () => {
  const bytes = Buffer.alloc(9 * 1024 * 1024, 'abc');

  const chunks = await Array.fromAsync(readChunks(bufferSource(bytes)));

  expect(chunks.length).toBe(3);
  expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
});
