/** What the arguments of `npm run pdf` mean. */
import { UsageError } from '../../command/usage-error.ts';
import { type VisionModelConfig, visionModelSchema } from '../../vision/open-model.ts';
import type { PdfOptions } from '../pdf-options.ts';
import type { Arguments } from './arguments.ts';

export interface Settings {
  readonly file: string;
  /** The file that has the document's password; arguments are seen by every process of the machine. */
  readonly passwordFile: string | undefined;
  /** Such as `3-7,9`; all pages by default. */
  readonly pages: string | undefined;
  /** Standard output by default. */
  readonly out: string | undefined;
  readonly json: boolean;
  readonly frontMatter: boolean;
  /** Folder for pictures. */
  readonly figures: string | undefined;
  readonly model: VisionModelConfig | undefined;
  readonly options: PdfOptions;
}

/** @throws UsageError */
export function toSettings(file: string, given: Arguments): Settings {
  const { pages, out, json, figures, 'front-matter': frontMatter, 'password-file': passwordFile } = given;
  if (json && frontMatter)
    throw new UsageError('expected --front-matter with Markdown, found it with --json');
  return {
    file,
    passwordFile,
    pages,
    out,
    json,
    figures,
    frontMatter,
    model: toModel(given),
    options: toOptions(given),
  };
}

function toOptions({ ocr, lang, dpi, tables, figures, ...others }: Arguments): PdfOptions {
  const { vision: mode, 'vision-concurrency': concurrency, 'vision-prices': inAndOut } = others;
  const prices = inAndOut && { input: inAndOut[0], output: inAndOut[1] };
  const vision = { mode, dpi, concurrency, prices };
  return { ocr, ocrLanguages: lang.split('+'), ocrDpi: dpi, tables, figures: figures !== undefined, vision };
}

function toModel({ vision, ...others }: Arguments): VisionModelConfig | undefined {
  if (vision === 'off') return undefined;
  const { 'vision-endpoint': endpoint, 'vision-model': model, 'vision-parameters': parameters } = others;
  const isBedrock = endpoint === undefined;
  const parsed = visionModelSchema.safeParse(
    isBedrock ? { provider: 'bedrock', model } : { provider: 'openai', endpoint, model, parameters },
  );
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError(`--vision ${vision}: --vision-${String(issue?.path[0])}: ${issue?.message}`);
}
