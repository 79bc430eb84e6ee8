import unzipper, { type CentralDirectory } from 'unzipper';
import { type CountedFile, drain, type Library } from './counted-file.ts';

export const library: Library = {
  async list(file) {
    return (await open(file)).files.length;
  },
  async read(file, names) {
    let bytes = 0;
    for (const entry of (await open(file)).files)
      if (names.has(entry.path)) bytes += await drain(entry.stream());
    return bytes;
  },
};

function open(file: CountedFile): Promise<CentralDirectory> {
  return unzipper.Open.custom({
    size: async () => file.size,
    // As its own sources do: a length that is missing is an open range, and one that is there is an inclusive end.
    stream: (start, length) =>
      file.stream(start, length ? Math.min(file.size, start + length + 1) : undefined),
  });
}
