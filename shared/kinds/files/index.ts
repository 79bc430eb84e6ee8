import { defineKind, type Item } from '../../kind.ts';
import { type FilesData, type FilesOptions, filesData, filesOptions } from './schema.ts';

const MIB = 1024 * 1024;

/** A list of files, mirrored: each copied, checked, and listed again. */
export const files = defineKind<FilesOptions, FilesData>({
  name: 'files',
  version: 1,
  title: 'Files of a list to a verified mirror',
  options: filesOptions,
  data: filesData,
  limits: {
    // everything is streamed, so one size does for files of any size
    memoryMb: [256],
    timeoutSeconds: 900,
    itemSeconds: 600,
    concurrency: 8,
    scratchMb: 512,
    cluster: { items: 20, bytes: 64 * MIB, seconds: 120 },
  },
  isLive: true,
  secretOptions: ['authorization'],
  // A file is what its checksum says, wherever it was fetched from.
  resultOptions: () => ({}),
  facts: ({ data: { url, sha256, size, line } }) => ({ url, sha256, size, line }),
  accepts: (name) => /(^|[-_.])PULP_MANIFEST$/.test(name) || /SHA256SUMS?(\.txt)?$/i.test(name),
  estimate,
  split: async () => (await import('./split.ts')).split,
  work: async () => {
    const [{ processItem }, { join }, { finish }] = await Promise.all([
      import('./process.ts'),
      import('./join.ts'),
      import('./finish.ts'),
    ]);
    return { process: processItem, join, finish };
  },
});

/** Node with the HTTP client and an upload's parts. */
const BASELINE_MB = 160;

function estimate({ bytes }: Item<FilesData>): { memoryMb: number; seconds: number } {
  return { memoryMb: BASELINE_MB, seconds: 0.5 + (bytes / MIB) * 0.5 };
}
