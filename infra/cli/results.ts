import { createReadStream } from 'node:fs';
import { rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { getObject } from '../../shared/aws/store.ts';
import { atPlace } from '../../shared/command/file-error.ts';
import { PathSet } from '../../shared/finish/path-set.ts';
import { parseJsonLines, toJsonLine } from '../../shared/json/lines.ts';
import type { ItemResult, Output } from '../../shared/kind.ts';
import { kindNamed } from '../../shared/kinds/index.ts';
import { failuresOf } from '../../shared/run/failures.ts';
import { publishedKey, publishedPrefix, rootGroup } from '../../shared/run/keys.ts';
import { readIndexList, readManifest } from '../../shared/run/manifest.ts';
import { placesOf } from '../../shared/run/places.ts';
import { parseResults } from '../../shared/run/results.ts';
import type { Run } from '../../shared/run/run.ts';
import { OutputFolder } from './output-folder.ts';
import { isRenamed, OutputNames, OWN_NAMES } from './output-names.ts';

/** Failures that a report names; the manifest has them all. */
const FAILURES_SHOWN = 20;
const [MANIFEST, FRESH, NAMES] = OWN_NAMES;

export interface Failed {
  readonly item: string;
  readonly code: string;
  readonly message: string;
}

/** Where a run's results are, or are to be. */
export const resultsFolder = ({ kind, name }: Run, out: string): string =>
  join(out, ...publishedPrefix(kind, name).split('/'));

/** What failed, as far as a report names it. */
export async function readFailures(run: Run): Promise<Failed[]> {
  const failures: Failed[] = [];
  for await (const failed of failuresOf(run)) {
    failures.push(failed);
    if (failures.length === FAILURES_SHOWN) break;
  }
  return failures;
}

/**
 * Copies what readers see of a run's source to plain files below `out`, with the manifest beside them; returns how many files are
 * called otherwise than their outputs, which `file-names.jsonl` lists. What the folder's last manifest lists and the new one does not
 * is removed; nothing else in the folder is touched.
 * @throws SmallbatchError FILE_FAILED
 */
export async function copyResults(bucket: string, run: Run, out: string): Promise<number> {
  if (!run.manifest) return 0;
  const { prefix } = placesOf(kindNamed(run.kind), run.name, rootGroup(run.run, run.generation));
  const base = publishedPrefix(run.kind, run.name)
    .split('/')
    .filter((part) => part !== '');
  const copy = new Copy(bucket, prefix, new OutputFolder(out), base);
  await copy.take(run.manifest);
  if (run.state === 'completed') await copy.removeWhatLeft();
  return await copy.end();
}

/** One pass over a manifest, and what is known of the files that it makes. */
class Copy {
  readonly #bucket: string;
  readonly #prefix: string;
  readonly #folder: OutputFolder;
  readonly #base: readonly string[];
  readonly #kept = new PathSet();
  readonly #names = new OutputNames();

  constructor(bucket: string, prefix: string, folder: OutputFolder, base: readonly string[]) {
    this.#bucket = bucket;
    this.#prefix = prefix;
    this.#folder = folder;
    this.#base = base;
  }

  async take(manifest: string): Promise<void> {
    await this.#folder.write([...this.#base, FRESH], toLines(readManifest(manifest)));
    const index = await Array.fromAsync(readIndexList(manifest));
    for (const { path } of index) this.#names.see(path);
    for await (const { outputs } of this.#lines(FRESH)) for (const { path } of outputs) this.#names.see(path);
    for await (const result of this.#lines(FRESH)) await this.#copyOutputs(result);
    for (const output of index) await this.#download(output);
  }

  /** What the last manifest lists, under the names that it gave, and this one does not. */
  async removeWhatLeft(): Promise<void> {
    if (!(await stat(this.#at(MANIFEST)).catch(() => undefined))) return;
    const names = new OutputNames();
    for await (const { outputs } of this.#lines(MANIFEST)) for (const { path } of outputs) names.see(path);
    for await (const { outputs } of this.#lines(MANIFEST)) {
      for (const { path } of outputs) {
        const file = names.toFile(path);
        if (!this.#kept.mayHave(file.join('/'))) await this.#folder.remove([...this.#base, ...file]);
      }
    }
  }

  async end(): Promise<number> {
    const renamed: string[] = [];
    for await (const { outputs } of this.#lines(FRESH))
      for (const { path } of outputs) {
        const file = this.#names.toFile(path);
        if (isRenamed(path, file)) renamed.push(toJsonLine({ path, file: file.join('/') }));
      }
    if (renamed.length > 0) await this.#folder.write([...this.#base, NAMES], toAsync(renamed));
    else await this.#folder.remove([...this.#base, NAMES]);
    await atPlace(this.#at(MANIFEST), () => rename(this.#at(FRESH), this.#at(MANIFEST)));
    return renamed.length;
  }

  /** New outputs, and those of unchanged items that the folder does not have. */
  async #copyOutputs({ status, outputs }: ItemResult): Promise<void> {
    for (const output of outputs) {
      const file = [...this.#base, ...this.#names.toFile(output.path)];
      const isThere = status === 'unchanged' && (await this.#folder.sizeOf(file)) === output.bytes;
      if (isThere) this.#keep(output);
      else await this.#download(output);
    }
  }

  async #download(output: Output): Promise<void> {
    this.#keep(output);
    const key = publishedKey(this.#prefix, output);
    const body = await getObject(this.#bucket, key);
    if (!body) throw new Error(`expected the object ${this.#bucket}/${key}, found none`);
    await this.#folder.write([...this.#base, ...this.#names.toFile(output.path)], body);
  }

  #keep({ path }: Output): void {
    this.#kept.add(this.#names.toFile(path).join('/'));
  }

  #at(name: string): string {
    return this.#folder.at(...this.#base, name);
  }

  async *#lines(name: string): AsyncIterable<ItemResult> {
    yield* parseResults(parseJsonLines(createReadStream(this.#at(name))));
  }
}

async function* toLines(results: AsyncIterable<ItemResult>): AsyncIterable<string> {
  for await (const result of results) yield toJsonLine(result);
}

async function* toAsync<T>(values: Iterable<T>): AsyncGenerator<T> {
  yield* values;
}
