import { type Inline, toInlines } from '../../../markdown/inline.ts';
import { BlockTree } from '../../../markdown/sink.ts';
import { MarkdownWriter } from '../../../markdown/writer.ts';
import type { RangeSource } from '../../../range-source.ts';
import { openCompoundFile } from '../cfb.ts';
import { DocBody, type DocFormats } from './body.ts';
import { type DocPart, type DocTable, readFib } from './fib.ts';
import { characterRuns, paragraphRuns } from './formatting.ts';
import { type DocText, pieceTable, textOf } from './pieces.ts';

/** What a document is made of, when its structures are read. */
interface Doc {
  readonly formats: DocFormats;
  text(part: DocPart): Generator<DocText>;
  table(name: DocTable): Buffer;
}

/**
 * A Word 97 to 2003 document as Markdown: headings, lists, tables, bold and italic, links, notes, and the text of its boxes after all
 * other. Hidden and deleted text is left out. Throws TEXT_INVALID where it is none, or needs a password.
 */
export async function* docMarkdown(source: RangeSource): AsyncGenerator<string> {
  const doc = await openDoc(source);
  const writer = new MarkdownWriter();
  const labels = new Map([
    ...markPositions(doc.table('footnoteMarks')).map((position, at) => [position, `${at + 1}`] as const),
    ...markPositions(doc.table('endnoteMarks')).map((position, at) => [position, `e${at + 1}`] as const),
  ]);
  yield* bodyMarkdown(doc, 'main', writer, labels);
  for (const [part, prefix] of [
    ['footnotes', ''],
    ['endnotes', 'e'],
  ] as const)
    for (const [at, content] of notesOf(doc, part).entries())
      writer.add({ type: 'note', label: `${prefix}${at + 1}`, content });
  yield* bodyMarkdown(doc, 'boxes', writer, new Map());
  yield writer.end();
}

async function openDoc(source: RangeSource): Promise<Doc> {
  const file = await openCompoundFile(source);
  const main = await file.stream('WordDocument');
  const header = readFib(main);
  const tables = await file.stream(header.table);
  const table = (name: DocTable): Buffer => {
    const { start, length } = header.place(name);
    return tables.subarray(start, start + length);
  };
  const pieces = pieceTable(table('pieces'));
  const formats = {
    paragraphs: paragraphRuns(main, table('paragraphs')),
    characters: characterRuns(main, table('characters')),
  };
  return { formats, table, text: (part) => textOf(main, pieces, header.range(part)) };
}

function* bodyMarkdown(
  doc: Doc,
  part: DocPart,
  writer: MarkdownWriter,
  labels: ReadonlyMap<number, string>,
): Generator<string> {
  const body = new DocBody(writer, doc.formats, (position) => labels.get(position));
  for (const text of doc.text(part)) {
    body.write(text);
    yield writer.take();
  }
  body.end();
}

/** Positions at which the marks of notes stand: n + 1 of them, then two bytes for each of n. */
function markPositions(marks: Buffer): number[] {
  const count = Math.max(Math.floor((marks.length - 4) / 6), 0);
  return Array.from({ length: count }, (_, at) => marks.readUInt32LE(at * 4));
}

/** Each note's text begins with its mark. */
function notesOf(doc: Doc, part: 'footnotes' | 'endnotes'): Inline[][] {
  const tree = new BlockTree();
  const body = new DocBody(tree, doc.formats, () => '');
  for (const text of doc.text(part)) body.write(text);
  body.end();
  const notes: Inline[][] = [];
  for (const block of tree.blocks()) {
    if ('content' in block) addParts(notes, toInlines(block.content));
    notes.at(-1)?.push({ type: 'text', text: '\n' });
  }
  return notes;
}

function addParts(notes: Inline[][], content: readonly Inline[]): void {
  for (const piece of content) {
    if (piece.type === 'noteMark') notes.push([]);
    else notes.at(-1)?.push(piece);
  }
}
