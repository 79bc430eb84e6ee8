import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ZipFile, zipOf } from '../../infra/sample/zip-folder.ts';
import type { ToyLine } from '../support/kinds/toy-kind.ts';
import type { Random } from '../support/zip/mutate.ts';

/** One upload. */
export interface Source {
  readonly key: string;
  readonly body: Uint8Array;
  /** Items that fail whatever happens. */
  readonly failing: readonly string[];
}

const COURSE = join(import.meta.dirname, '..', '..', 'infra', 'sample', 'course');
/** What the second version of the course changes, and what it lacks. */
const CHANGED = { from: 'flour', to: 'rye flour' };
const LEFT = /assignment-1/;

/** The versions of a kind's source, oldest first: what changes between two of them is drawn from the seed. */
export async function toVersions(kind: string, random: Random, versions: number): Promise<Source[]> {
  if (kind === 'toy' || kind === 'dataset') return toToyVersions(kind, random, versions);
  const first = await readCourse();
  const second = first.filter(({ name }) => !LEFT.test(name)).map(toChanged);
  const isWanted = ({ name }: ZipFile): boolean => kind !== 'pdf' || name.endsWith('.pdf');
  const file = kind === 'pdf' ? 'documents.zip' : 'course.imscc';
  const bodies = [first, second].slice(0, versions).map((files) => toZip(files.filter(isWanted)));
  return (await Promise.all(bodies)).map((body) => ({ key: `${kind}/chaos/${file}`, body, failing: [] }));
}

async function readCourse(): Promise<ZipFile[]> {
  const names = (await Array.fromAsync(glob('**/*.*', { cwd: COURSE }))).sort();
  return await Promise.all(
    names.map(async (name) => ({ name, content: await readFile(join(COURSE, name)) })),
  );
}

function toChanged({ name, content }: ZipFile): ZipFile {
  if (name.endsWith('.pdf')) return { name: name.replace('handbook', 'moved/handbook'), content };
  return {
    name,
    content: Buffer.from(content.toString('latin1').replace(CHANGED.from, CHANGED.to), 'latin1'),
  };
}

const toZip = async (files: readonly ZipFile[]): Promise<Uint8Array> =>
  Buffer.concat(await Array.fromAsync(zipOf(files)));

function toToyVersions(kind: string, random: Random, versions: number): Source[] {
  const isFaulty = random(2) === 0;
  const first = Array.from({ length: 30 + random(50) }, (_, n) => toLine(n, random, isFaulty));
  if (random(4) === 0) first.push({ id: 'poison', does: 'kill' });
  const second = first
    .filter(() => random(8) > 0)
    .map((line) => (random(3) === 0 && line.text ? { ...line, text: `${line.text} again` } : line));
  second.push({ id: 'added', text: 'in the second version' });
  return [first, second].slice(0, versions).map((lines) => ({
    key: `${kind}/chaos/source.${kind}`,
    body: Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join('')),
    failing: lines.filter(({ does = 'echo' }) => FAILING.has(does)).map(({ id }) => id),
  }));
}

const FAILING = new Set(['throw', 'exit', 'kill', 'fail-join']);

function toLine(n: number, random: Random, isFaulty: boolean): ToyLine {
  const dice = random(30);
  const ms = random(25);
  if (isFaulty && dice === 0) return { id: `t${n}`, does: 'throw' };
  if (isFaulty && dice === 1) return { id: `x${n}`, does: 'exit' };
  if (isFaulty && dice === 2) return { id: `j${n}`, does: 'fail-join', children: 2 };
  if (dice < 5) return { id: `e${n}`, does: 'expand', children: 3 + random(20), text: `c${n}-`, ms };
  return { id: `o${n}`, text: `text ${n}`, ms };
}

/** What a version of the test kinds publishes: path → text. */
export function toExpected(kind: string, { body }: Source): Map<string, string> {
  const lines = Buffer.from(body).toString().trimEnd().split('\n');
  return new Map(lines.flatMap((line) => toTexts(kind, JSON.parse(line) as ToyLine)));
}

function toTexts(kind: string, { id, text = '', does = 'echo', children = 0 }: ToyLine): [string, string][] {
  if (does === 'echo') return [[`${id}.txt`, text]];
  if (does !== 'expand') return [];
  const texts = Array.from({ length: children }, (_, n) => `${text}${n}`);
  if (kind === 'toy') return [[`${id}.txt`, texts.join(',')]];
  return texts.map((each, n) => [`${id}/${String(n).padStart(4, '0')}.txt`, each]);
}
