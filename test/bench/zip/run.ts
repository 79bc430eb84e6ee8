/** One measurement in a process of its own. Usage: node test/bench/zip/run.ts LIBRARY list|read FILE [NAME…]; prints JSON. */
import { peakRssBytes } from '../../support/process/peak-rss.ts';
import { CountedFile, type Library } from './counted-file.ts';

export interface Measurement {
  /** Members listed, or bytes read. */
  readonly result: number;
  readonly bytes: number;
  readonly requests: number;
  readonly seconds: number;
  readonly peakRssBytes: number;
}

const [name, work, path = '', ...members] = process.argv.slice(2);
const { library }: { library: Library } = await import(`./${name}.ts`);
const file = new CountedFile(path);
const started = performance.now();
const result = work === 'list' ? await library.list(file) : await library.read(file, new Set(members));
const measurement = {
  result,
  bytes: file.bytes,
  requests: file.requests,
  seconds: (performance.now() - started) / 1_000,
  peakRssBytes: peakRssBytes(),
} satisfies Measurement;
// A library may have left a stream open that would keep the process alive and reading.
process.stdout.write(`${JSON.stringify(measurement)}\n`, () => process.exit());
