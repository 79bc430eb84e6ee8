import * as z from 'zod';
import { SmallbatchError } from '../errors.ts';
import { type Block, codeBlock, mathsBlock, paragraph } from '../markdown/block.ts';
import { safeMarkdown } from '../markdown/foreign.ts';
import { toMarkdown } from '../markdown/markdown.ts';
import { htmlBlocks } from './html.ts';

/** A text of Jupyter: whole, or its lines. */
const text = z
  .union([z.string(), z.array(z.string())])
  .transform((lines) => (typeof lines === 'string' ? lines : lines.join('')));
const output = z.object({
  output_type: z.string(),
  text: text.optional(),
  data: z.record(z.string(), z.unknown()).optional(),
  traceback: z.array(z.string()).optional(),
});
const cell = z.object({ cell_type: z.string(), source: text, outputs: z.array(output).optional() });
/** nbformat 4: what a reader sees of a notebook. */
const notebookSchema = z.object({
  cells: z.array(cell),
  metadata: z
    .object({
      kernelspec: z.object({ language: z.string().optional() }).optional(),
      language_info: z.object({ name: z.string().optional() }).optional(),
    })
    .optional(),
});

type Output = z.infer<typeof output>;

/** Of one output; a table of a thousand rows printed is no reading matter. */
const MAX_OUTPUT_CHARS = 20_000;
/** Colours of terminals. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape begins them
const COLOURS = /\u001b\[[\d;]*m/g;

/**
 * A Jupyter notebook as Markdown: its cells in their order, code as code, outputs as text, tables and formulas; pictures are only named. Throws
 * TEXT_INVALID where it is none.
 */
export function* notebookMarkdown(json: string): Generator<string> {
  const { cells, metadata } = parsed(json);
  const language = metadata?.language_info?.name ?? metadata?.kernelspec?.language ?? '';
  let before = '';
  for (const { cell_type, source, outputs = [] } of cells) {
    const markdown =
      cell_type === 'code'
        ? toMarkdown([codeBlock(source, language), ...outputs.flatMap(outputBlocks)])
        : cell_type === 'markdown'
          ? `${safeMarkdown(source).trim()}\n`
          : toMarkdown([codeBlock(source)]);
    if (markdown.trim() === '') continue;
    yield `${before}${markdown}`;
    before = '\n';
  }
}

function parsed(json: string): z.infer<typeof notebookSchema> {
  try {
    return notebookSchema.parse(JSON.parse(json));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error).slice(0, 500) : String(error);
    throw new SmallbatchError('TEXT_INVALID', `no notebook of Jupyter: ${reason}`, { cause: error });
  }
}

/** The richest form that is text. */
function outputBlocks({ output_type, text: stream, data = {}, traceback }: Output): readonly Block[] {
  if (stream !== undefined) return [codeBlock(shortened(stream))];
  if (output_type === 'error') return [codeBlock(shortened((traceback ?? []).join('\n')))];
  const html = textOf(data['text/html']);
  if (html !== undefined) return htmlBlocks(html);
  const latex = textOf(data['text/latex']);
  if (latex !== undefined) return [mathsBlock(latex.replace(/^\s*\$+|\$+\s*$/g, ''))];
  const plain = textOf(data['text/plain']);
  const picture = Object.keys(data).find((type) => type.startsWith('image/'));
  if (picture !== undefined)
    return [paragraph(`[Image: output of the code${plain === undefined ? '' : `, ${plain}`}]`)];
  return plain === undefined ? [] : [codeBlock(shortened(plain))];
}

function textOf(value: unknown): string | undefined {
  const read = text.safeParse(value);
  return read.success && read.data.trim() !== '' ? read.data : undefined;
}

function shortened(output: string): string {
  const plain = output.replace(COLOURS, '');
  if (plain.length <= MAX_OUTPUT_CHARS) return plain;
  return `${plain.slice(0, MAX_OUTPUT_CHARS)}\n… (${plain.length - MAX_OUTPUT_CHARS} characters more)`;
}
