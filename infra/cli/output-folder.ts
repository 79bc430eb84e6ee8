import { constants } from 'node:fs';
import { lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { atPlace } from '../../shared/command/file-error.ts';
import { SmallbatchError } from '../../shared/errors.ts';

/** A file that is being written; no output's name begins so, for it is put in place by renaming. */
const PART = '.smallbatch-part';
/** Folders that are known to be there are not looked at again. */
const KNOWN_MAX = 10_000;

/** Writes files below a folder, each whole or not at all, and follows no symbolic link below it. */
export class OutputFolder {
  readonly #base: string;
  #known = new Set<string>();

  /** `base` may be whatever the person chose; what lies below it may have been put there by anybody. */
  constructor(base: string) {
    this.#base = base;
  }

  at(...segments: readonly string[]): string {
    return join(this.#base, ...segments);
  }

  /** @throws SmallbatchError FILE_FAILED */
  async write(segments: readonly string[], body: AsyncIterable<Uint8Array | string>): Promise<void> {
    const file = this.at(...segments);
    await this.#makeFolders(segments.slice(0, -1));
    const part = join(dirname(file), `${PART}-${process.pid}`);
    await atPlace(file, async () => {
      try {
        await rm(part, { force: true });
        // O_EXCL: whatever stands there now was put there since
        const handle = await open(part, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL);
        await pipeline(body, handle.createWriteStream());
        await rename(part, file);
      } catch (error) {
        await rm(part, { force: true }).catch(() => undefined);
        throw error;
      }
    });
  }

  /** The size of a plain file; undefined where there is none. */
  async sizeOf(segments: readonly string[]): Promise<number | undefined> {
    if (!(await this.#hasFolders(segments.slice(0, -1)))) return undefined;
    const found = await lstat(this.at(...segments)).catch(() => undefined);
    return found?.isFile() ? found.size : undefined;
  }

  async remove(segments: readonly string[]): Promise<void> {
    if (await this.#hasFolders(segments.slice(0, -1)))
      await atPlace(this.at(...segments), () => rm(this.at(...segments), { force: true }));
  }

  async #makeFolders(segments: readonly string[]): Promise<void> {
    await atPlace(this.#base, () => mkdir(this.#base, { recursive: true }));
    for (let depth = 1; depth <= segments.length; depth++) {
      const folder = this.at(...segments.slice(0, depth));
      if (this.#known.has(folder)) continue;
      await atPlace(folder, async () => {
        if (!(await this.#isFolder(folder))) await mkdir(folder);
      });
      this.#know(folder);
    }
  }

  async #hasFolders(segments: readonly string[]): Promise<boolean> {
    for (let depth = 1; depth <= segments.length; depth++) {
      const folder = this.at(...segments.slice(0, depth));
      if (!this.#known.has(folder) && !(await this.#isFolder(folder))) return false;
    }
    return true;
  }

  /** @throws SmallbatchError FILE_FAILED where something else stands there */
  async #isFolder(folder: string): Promise<boolean> {
    const found = await lstat(folder).catch(() => undefined);
    if (!found) return false;
    if (found.isDirectory()) return true;
    const what = found.isSymbolicLink() ? 'a symbolic link, which is not followed' : 'something else';
    throw new SmallbatchError(
      'FILE_FAILED',
      `${folder}: expected a folder, found ${what}; move it away, or name another folder`,
    );
  }

  #know(folder: string): void {
    if (this.#known.size >= KNOWN_MAX) this.#known = new Set();
    this.#known.add(folder);
  }
}
