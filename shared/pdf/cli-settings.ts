/** The command line of `npm run pdf`, parsed. */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type VisionModelConfig, visionModelSchema } from '../vision/open-model.ts';
import type { PdfOptions } from './page.ts';

export const EXIT = { done: 0, unreadable: 1, usage: 2, pagesFailed: 3 } as const;
/** The one way to give a key: arguments are seen by every process of the machine. */
export const KEY_VARIABLE = 'SMALLBATCH_VISION_KEY';

export const HELP = `Converts a PDF to Markdown, page by page.

Usage: npm run pdf -- FILE [options]

  --pages LIST   pages to convert, e.g. 3-7 or 1,4,9-12 (default: all)
  --out FILE     write there instead of to the standard output
  --json         one JSON line a page: page, status, method, confidence, ms, rssMb, markdown
  --front-matter begin with a YAML block: title, author, date, language, counts of pages
  --tables STYLE auto: pipe tables, HTML where cells are merged (default); github: pipe tables; html
  --figures DIR  extract pictures to this folder and refer to them
  --ocr MODE     auto: pages that are pictures or have unreadable text (default); on: every page; off
  --lang CODES   languages for OCR, e.g. eng (default) or eng+deu
  --dpi N        resolution of the pictures that OCR and the vision model read (default: 200 and 150)
  --vision MODE  auto: a vision model for pages that OCR reads badly and for formulas; all: every page; off (default)
  --vision-endpoint URL  of a server that speaks chat completions, e.g. https://api.openai.com/v1; else Amazon Bedrock
  --vision-model NAME    its name there
  --vision-parameters JSON  sent beside it, e.g. {"max_completion_tokens": 8192}
  --vision-concurrency N pages with the model at once (default: 4)
  --vision-prices IN,OUT per million tokens, to have costs
  --help         this text

The model's key is read from ${KEY_VARIABLE}.

Exit codes: ${EXIT.done} done, ${EXIT.unreadable} the document can't be read, ${EXIT.usage} wrong usage, ${EXIT.pagesFailed} some pages failed (each is marked in the Markdown).
`;

export interface Settings {
  readonly file: string;
  readonly pages: string | undefined;
  readonly out: string | undefined;
  readonly json: boolean;
  readonly frontMatter: boolean;
  /** Folder for pictures. */
  readonly figures: string | undefined;
  readonly model: VisionModelConfig | undefined;
  readonly options: PdfOptions;
}

export class UsageError extends Error {}

const whole = z.string().regex(/^\d+$/).transform(Number);
const price = z
  .string()
  .regex(/^\d+(\.\d+)?$/)
  .transform(Number);
const json = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue({ code: 'custom', message: 'expected JSON' });
    return z.NEVER;
  }
});

const schema = z.object({
  pages: z.string().optional(),
  out: z.string().optional(),
  json: z.boolean().default(false),
  'front-matter': z.boolean().default(false),
  tables: z.enum(['auto', 'github', 'html']).optional(),
  figures: z.string().min(1).optional(),
  ocr: z.enum(['auto', 'on', 'off']).default('auto'),
  lang: z
    .string()
    .transform((codes) => codes.split('+'))
    .optional(),
  dpi: whole.pipe(z.int().min(36).max(600)).optional(),
  vision: z.enum(['auto', 'all', 'off']).default('off'),
  'vision-endpoint': z.string().optional(),
  'vision-model': z.string().optional(),
  'vision-parameters': json.optional(),
  'vision-concurrency': whole.pipe(z.int().min(1).max(64)).optional(),
  'vision-prices': z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.tuple([price, price]))
    .optional(),
  help: z.boolean().default(false),
});

type Values = z.infer<typeof schema>;

/** Undefined if help is asked for. @throws UsageError */
export function parseSettings(args: readonly string[]): Settings | undefined {
  const { values: raw, positionals } = parseOptions(args);
  const parsed = schema.safeParse(raw);
  if (!parsed.success) throw new UsageError(toProblem(parsed.error, raw));
  const { data: values } = parsed;
  if (values.help) return undefined;
  const [file, ...rest] = positionals;
  if (file === undefined || rest.length > 0)
    throw new UsageError(`expected one FILE, got ${positionals.length}`);
  if (values.json && values['front-matter'])
    throw new UsageError('--front-matter is for Markdown, not for --json');
  const { pages, out, json, figures } = values;
  const model = toModel(values);
  return {
    file,
    pages,
    out,
    json,
    figures,
    model,
    frontMatter: values['front-matter'],
    options: toOptions(values),
  };
}

function parseOptions(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        pages: text,
        out: text,
        json: flag,
        'front-matter': flag,
        tables: text,
        figures: text,
        ocr: text,
        lang: text,
        dpi: text,
        vision: text,
        'vision-endpoint': text,
        'vision-model': text,
        'vision-parameters': text,
        'vision-concurrency': text,
        'vision-prices': text,
        help: { ...flag, short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function toProblem({ issues: [issue] }: z.ZodError, raw: Readonly<Record<string, unknown>>): string {
  const name = String(issue?.path[0] ?? '');
  return `--${name}: ${issue?.message}, found "${raw[name]}"`;
}

function toOptions(values: Values): PdfOptions {
  const { ocr, lang: ocrLanguages, dpi, tables, figures, vision: mode } = values;
  const [input, output] = values['vision-prices'] ?? [];
  const prices = input === undefined || output === undefined ? undefined : { input, output };
  const vision = { mode, dpi, concurrency: values['vision-concurrency'], prices };
  return { ocr, ocrLanguages, ocrDpi: dpi, tables, figures: figures !== undefined, vision };
}

function toModel(values: Values): VisionModelConfig | undefined {
  if (values.vision === 'off') return undefined;
  const { 'vision-endpoint': endpoint, 'vision-model': model, 'vision-parameters': parameters } = values;
  const config =
    endpoint === undefined
      ? { provider: 'bedrock', model }
      : { provider: 'openai', endpoint, model, parameters };
  const parsed = visionModelSchema.safeParse(config);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError(`--vision ${values.vision}: --vision-${String(issue?.path[0])}: ${issue?.message}`);
}
