import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FileLine, fileLineSchema } from '../../shared/kinds/canvas/finish/files-list.ts';
import { play } from '../fixtures/canvas/play.ts';
import { type ExportState, readState } from './canvas-visible/export-state.ts';
import { followLinks } from './canvas-visible/follow-links.ts';

/** Beside the project, not in it. */
const DATA = '../shared/data/canvas';
const TYPES = [
  'page',
  'assignment',
  'quiz',
  'discussion',
  'announcement',
  'link',
  'tool',
  'calendar',
] as const;

/**
 * What each export's own state fields show as visible against what is published; every link of the output folder; the questions of published
 * quizzes against those in their Markdown. Exit code 1 where a link leads nowhere, a question is lost, or something visible is missing without a
 * tab or a date that hides it.
 */
export async function bench(): Promise<void> {
  if (!existsSync(DATA)) return console.log(`skipped: ${DATA} is not there`);
  const names = (await readdir(DATA)).filter((name) => name.endsWith('.imscc'));
  for (const name of names) await measure(join(DATA, name));
}

async function measure(path: string): Promise<void> {
  const state = await readState(path);
  const beside = path.replace(/\.imscc$/, '.metadata.json');
  const companion = existsSync(beside) ? await readFile(beside) : undefined;
  const { outputs } = await play(await readFile(path), { ocr: 'off' }, { companion });
  const lines = (outputs.get('files.jsonl') ?? '')
    .trimEnd()
    .split('\n')
    .map((line) => fileLineSchema.parse(JSON.parse(line)));
  console.log(path);
  for (const type of TYPES) printType(type, state, lines);
  const { relative, addresses, wrong } = followLinks(outputs, state.names);
  console.log(
    `  links       ${relative} to files of the results or the export, ${addresses} to addresses, ${wrong.length} to nothing`,
  );
  if (wrong.length > 0) fail(wrong.join(', '));
  printQuestions(state, lines, outputs);
}

/** Hidden by a tab, a role, a date or metadata.json, which a state field alone does not say. */
const EXPLAINED =
  /^the tab of |^meant for the role |locked by date|not posted yet|^module "|^metadata\.json: |assignment is (?:hidden|locked)/;

function printType(type: (typeof TYPES)[number], { visible }: ExportState, lines: readonly FileLine[]): void {
  const own = lines.filter((line) => line.type === type);
  const shown = visible.get(type)?.length ?? 0;
  const published = own.filter((line) => line.published).length;
  if (shown === 0 && published === 0) return;
  console.log(`  ${type.padEnd(12)}${published} published of ${shown} that its state shows`);
  const hidden = own.filter((line) => !line.published && EXPLAINED.test(line.reason));
  if (published < shown)
    for (const { title, reason } of hidden) console.log(`              - ${title}: ${reason}`);
  if (published + hidden.length < shown) fail(`${shown - published} of type ${type} are missing`);
}

function printQuestions(
  state: ExportState,
  lines: readonly FileLine[],
  outputs: ReadonlyMap<string, string>,
): void {
  const quizzes = lines.filter(({ type, published }) => type === 'quiz' && published);
  const inQti = sum(quizzes.map(({ path }) => questionsOf(path, state)));
  const inMarkdown = sum(
    quizzes.map(({ output }) => outputs.get(output ?? '')?.match(/^### (?:\d+\. |Text$)/gm)?.length ?? 0),
  );
  if (inQti > 0 || inMarkdown > 0)
    console.log(`  questions   ${inMarkdown} in Markdown of ${inQti} in Canvas' QTI`);
  if (inQti !== inMarkdown) fail('questions are lost');
}

/** Its own, and those of each bank that it draws from. */
function questionsOf(path: string, { questions, draws }: ExportState): number {
  const file = (id: string | undefined): string => `non_cc_assessments/${id}.xml.qti`;
  const own = file(path.split('/')[0]);
  return sum([own, ...(draws.get(own) ?? []).map(file)].map((each) => questions.get(each) ?? 0));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function fail(what: string): void {
  console.log(`  WRONG: ${what}`);
  process.exitCode = 1;
}
