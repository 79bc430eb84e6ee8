/** The options of `npm run pdf`: which there are, and what each may be. */
import * as z from 'zod';
import { jsonText } from '../../json/json-text.ts';

const price = z
  .string()
  .regex(/^\d+(\.\d+)?$/, 'expected two prices such as 2.5,10')
  .transform(Number);
export const pdfArguments = z.object({
  pages: z
    .string()
    .optional()
    .meta({ value: 'LIST', description: 'pages to convert, e.g. 3-7 or 1,4,9-12 (default: all)' }),
  out: z
    .string()
    .optional()
    .meta({ value: 'FILE', description: 'write there instead of to the standard output' }),
  'password-file': z.string().min(1).optional().meta({
    value: 'FILE',
    description: "file with the document's password on its first line",
  }),
  json: z.boolean().default(false).meta({
    description: 'one JSON line a page: page, status, method, confidence, ms, rssMb, markdown',
  }),
  'front-matter': z.boolean().default(false).meta({
    description: 'begin with a YAML block: title, author, date, language, counts of pages',
  }),
  tables: z.enum(['auto', 'github', 'html']).default('auto').meta({
    description: 'auto: pipe tables, HTML where cells are merged; github: pipe tables; html: HTML tables',
  }),
  figures: z.string().min(1).optional().meta({
    value: 'DIR',
    description: 'extract pictures to this folder and refer to them',
  }),
  ocr: z.enum(['auto', 'on', 'off']).default('auto').meta({
    description: 'auto: pages that are pictures or have unreadable text; on: every page; off: none',
  }),
  lang: z.string().default('eng').meta({ value: 'CODES', description: 'languages for OCR, e.g. eng+deu' }),
  dpi: z.coerce.number().int().min(36).max(600).optional().meta({
    description: 'resolution of the pictures that OCR and the vision model read (default: 200 and 150)',
  }),
  vision: z.enum(['auto', 'all', 'off']).default('off').meta({
    description:
      'auto: a vision model for pages that OCR reads badly and for formulas; all: every page; off: none',
  }),
  'vision-endpoint': z.string().optional().meta({
    value: 'URL',
    description:
      'of a server that speaks chat completions, e.g. https://api.openai.com/v1; else Amazon Bedrock',
  }),
  'vision-model': z.string().optional().meta({ value: 'NAME', description: 'its name there' }),
  'vision-parameters': jsonText.optional().meta({
    value: 'JSON',
    description: 'sent beside it, e.g. {"max_completion_tokens": 8192}',
  }),
  'vision-concurrency': z.coerce.number().int().min(1).max(64).optional().meta({
    description: 'pages with the model at once (default: 4)',
  }),
  'vision-prices': z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.tuple([price, price], 'expected two prices such as 2.5,10'))
    .optional()
    .meta({ value: 'IN,OUT', description: 'per million tokens, to have costs' }),
});

export type Arguments = z.infer<typeof pdfArguments>;
