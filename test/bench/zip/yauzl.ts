import type { Readable } from 'node:stream';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { type CountedFile, drain, type Library } from './counted-file.ts';

export const library: Library = {
  async list(file) {
    let count = 0;
    await eachEntry(file, async () => {
      count += 1;
    });
    return count;
  },
  async read(file, names) {
    let bytes = 0;
    await eachEntry(file, async (zip, entry) => {
      if (names.has(entry.fileName)) bytes += await drain(await openEntry(zip, entry));
    });
    return bytes;
  },
};

class Reader extends yauzl.RandomAccessReader {
  readonly #file: CountedFile;

  constructor(file: CountedFile) {
    super();
    this.#file = file;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return this.#file.stream(start, end);
  }
}

async function eachEntry(
  file: CountedFile,
  visit: (zip: ZipFile, entry: Entry) => Promise<void>,
): Promise<void> {
  const zip = await open(file);
  await new Promise<void>((resolve, reject) => {
    zip.on('entry', (entry: Entry) => {
      visit(zip, entry).then(() => zip.readEntry(), reject);
    });
    zip.on('end', resolve);
    zip.on('error', reject);
    zip.readEntry();
  });
}

function open(file: CountedFile): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    yauzl.fromRandomAccessReader(new Reader(file), file.size, { lazyEntries: true }, (error, zip) =>
      error === null ? resolve(zip) : reject(error),
    );
  });
}

function openEntry(zip: ZipFile, entry: Entry): Promise<Readable> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => (error === null ? resolve(stream) : reject(error)));
  });
}
