import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import { readParquet } from '../../../shared/lists/parquet.ts';
import { bufferSource } from '../../../shared/range-source.ts';

const toSource = (rowGroupSize?: number) =>
  bufferSource(
    new Uint8Array(
      parquetWriteBuffer({
        columnData: [
          { name: 'id', data: [9007199254740993n, 2n, 3n], type: 'INT64' },
          { name: 'name', data: ['ä "b"', '', 'c'], type: 'STRING' },
        ],
        rowGroupSize,
      }),
    ),
  );

test.each([undefined, 2])(
  'rows as objects, 64-bit integers with all digits, row groups of %s',
  async (size) => {
    const entries = await Array.fromAsync(readParquet(toSource(size)));

    expect(entries.map((entry) => (entry.type === 'row' ? entry.json.toString() : entry.message))).toEqual([
      '{"id":9007199254740993,"name":"ä \\"b\\""}',
      '{"id":2,"name":""}',
      '{"id":3,"name":"c"}',
    ]);
  },
);

test.each([
  { name: 'another file', bytes: Buffer.from('PAR1 but no Parquet at all') },
  { name: 'a file that is cut off', bytes: Buffer.from('PAR1') },
  { name: 'nothing', bytes: Buffer.alloc(0) },
])('$name is no Parquet', async ({ bytes }) => {
  await expect(Array.fromAsync(readParquet(bufferSource(bytes)))).rejects.toMatchObject({
    code: 'LIST_INVALID',
  });
});
