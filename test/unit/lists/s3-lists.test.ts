import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readInventory } from '../../../shared/lists/s3-inventory.ts';
import { readPrefix } from '../../../shared/lists/s3-prefix.ts';
import { bufferSource } from '../../../shared/range-source.ts';

const toSource = (value: unknown) => bufferSource(Buffer.from(JSON.stringify(value)));
const SCHEMA = 'Bucket, Key, Size, IsLatest, IsDeleteMarker';

/** An inventory of CSV parts. */
function inventory(parts: readonly string[], more: object = {}) {
  const objects = new Map(parts.map((text, n) => [`p${n}.csv.gz`, gzipSync(text)]));
  const files = [...objects].map(([key, bytes]) => {
    return { key, MD5checksum: createHash('md5').update(bytes).digest('hex') };
  });
  const manifest = {
    destinationBucket: 'arn:aws:s3:::inv',
    fileFormat: 'CSV',
    fileSchema: SCHEMA,
    files,
    ...more,
  };
  const leftOut: string[] = [];
  const reading = {
    all: false,
    leaveOut: (what: string) => void leftOut.push(what),
    open: async (_bucket: string, key: string) => bufferSource(objects.get(key) ?? Buffer.alloc(0)),
  };
  return { source: toSource(manifest), reading, leftOut };
}

async function rowsOf(entries: AsyncIterable<{ type: string; json?: Buffer }>): Promise<unknown[]> {
  return (await Array.fromAsync(entries)).map(({ json }) => JSON.parse(String(json)));
}

test('inventory: keys are decoded; markers, older versions and folders are left out and counted', async () => {
  const { source, reading, leftOut } = inventory([
    '"bkt","photos/a+b%20c.jpg","10","true","false"\n"bkt","gone","","true","true"\n',
    '',
    '"bkt","old","5","false","false"\n"bkt","dir/","0","true","false"\n"bkt","caf%C3%A9%2C%22x%22.txt","0","true","false"\n',
  ]);

  const rows = await rowsOf(readInventory(source, reading));

  expect(rows).toMatchObject([
    { Bucket: 'bkt', Key: 'photos/a b c.jpg', Size: '10' },
    { Bucket: 'bkt', Key: 'café,"x".txt', Size: '0' },
  ]);
  expect(leftOut).toEqual(['delete markers', 'older versions', 'folder keys']);
});

test.each([
  { name: 'ORC', more: { fileFormat: 'ORC' }, says: /expected an inventory in CSV or Parquet, found ORC/ },
  {
    name: 'a part that is another',
    more: { files: [{ key: 'p0.csv.gz', MD5checksum: 'ab' }] },
    says: /p0\.csv\.gz: expected the MD5 ab of the manifest, found/,
  },
])('inventory: $name ends the list', async ({ more, says }) => {
  const { source, reading } = inventory(['"b","k","1","true","false"\n'], more);

  await expect(rowsOf(readInventory(source, reading))).rejects.toMatchObject({
    code: 'LIST_INVALID',
    message: expect.stringMatching(says),
  });
});

test('a prefix: its objects in order, folders left out', async () => {
  const listed = [
    { key: 'p/', size: 0, etag: 'x', lastModified: new Date(0) },
    { key: 'p/a', size: 3, etag: 'e', lastModified: new Date(0) },
  ];
  const leftOut: string[] = [];
  const reading = {
    all: false,
    leaveOut: (what: string) => void leftOut.push(what),
    list: async function* (bucket: string, prefix: string) {
      if (`${bucket}/${prefix}` === 'b/p/') yield* listed;
    },
  };

  const rows = await rowsOf(readPrefix(toSource({ prefix: 's3://b/p/' }), reading));

  expect(rows).toEqual([
    { Bucket: 'b', Key: 'p/a', Size: 3, ETag: 'e', LastModified: '1970-01-01T00:00:00.000Z' },
  ]);
  expect(leftOut).toEqual(['folder keys']);
});
