import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { toMember } from '../../support/galaxy/upstream-tarball.ts';

const BLOCK = 512;

/**
 * Real tarballs, and patch versions of them whose MANIFEST.json says so. (The tool's own `--clone` has one tarball for all, which
 * is right for lists and details, but no version's own: a mirror that looks into it refuses it.)
 */
export async function cloneTarballs(from: string, into: string, clones: number): Promise<void> {
  const files = (await readdir(from)).filter((name) => name.endsWith('.tar.gz'));
  for (const file of files) {
    const bytes = await readFile(join(from, file));
    await writeFile(join(into, file), bytes);
    const [, name = '', version = ''] = /^(.+)-(\d+\.\d+\.\d+)\.tar\.gz$/.exec(file) ?? [];
    const tar = gunzipSync(bytes);
    for (let n = 1; n <= clones; n++) {
      const clone = version.replace(/\d+$/, (patch) => String(Number(patch) * 1000 + n));
      await writeFile(
        join(into, `${name}-${clone}.tar.gz`),
        gzipSync(renamed(tar, version, clone), { level: 1 }),
      );
    }
  }
}

/** MANIFEST.json is the first member of what `ansible-galaxy collection build` makes; its size is octal at 124. */
function renamed(tar: Buffer, version: string, clone: string): Buffer {
  const size = Number.parseInt(tar.toString('latin1', 124, 135), 8);
  const manifest = tar
    .toString('utf8', BLOCK, BLOCK + size)
    .replace(`"version": "${version}"`, `"version": "${clone}"`);
  const rest = tar.subarray(BLOCK + Math.ceil(size / BLOCK) * BLOCK);
  return Buffer.concat([...toMember('MANIFEST.json', manifest), rest]);
}
