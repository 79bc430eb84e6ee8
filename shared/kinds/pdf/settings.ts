import type { Json, ModelMeter, ProcessContext } from '../../kind.ts';
import { PageJournal } from '../../pdf/pages/journal.ts';
import type { PdfOptions } from '../../pdf/pdf-options.ts';
import type { OpenVisionModel } from '../../vision/open-model.ts';
import { UselessAnswerError } from '../../vision/vision-model.ts';
import type { PdfKindOptions } from './schema.ts';

type Context = ProcessContext<PdfKindOptions>;

/** A dense page takes a model a minute. */
const PATIENCE = { timeoutMs: 60_000, attempts: 3 } as const;
/** All pages of a cluster are with the model at once; half of an item's time is left for reading them by OCR instead. */
const PAGE_MS = 120_000;

/** Whose keys these are. */
const KNOWN_HOSTS = ['api.openai.com'];

/** What the library is given for each page; the one place that knows both the kind's options and the library's. */
export function toPdfOptions(options: PdfKindOptions): PdfOptions {
  const { ocr, ocrLanguages, dpi, maxPixels, tables, figures, vision } = options;
  const { visionInputPrice: input, visionOutputPrice: output } = options;
  return {
    ocr,
    ocrLanguages,
    ocrDpi: dpi,
    maxPixels,
    tables,
    figures: figures === 'on',
    vision: {
      mode: vision,
      concurrency: options.visionConcurrency,
      dpi: options.visionDpi,
      ...(input !== undefined && output !== undefined && { prices: { input, output } }),
    },
  };
}

/** Options that no page's result depends on. */
const NO_PAGE_SETTINGS: ReadonlySet<string> = new Set<keyof PdfKindOptions>([
  'pages',
  'journal',
  'frontMatter',
  'visionSecret',
  'visionConcurrency',
]);

/** The options that a page's result depends on. */
function toPageSettings(options: PdfKindOptions): Json {
  const settings = Object.entries(options).filter(([name]) => !NO_PAGE_SETTINGS.has(name));
  return JSON.parse(JSON.stringify(Object.fromEntries(settings)));
}

/** Undefined where the options want none. */
export function toPageJournal({ options, journal }: Context): PageJournal | undefined {
  return options.journal === 'on' ? new PageJournal(journal, toPageSettings(options)) : undefined;
}

/** The model that the options name, to be closed; undefined where they want none. @throws SmallbatchError SECRET_MISSING */
export async function toVisionModel(context: Context): Promise<OpenVisionModel | undefined> {
  const { options, allowedHosts } = context;
  if (options.vision === 'off') return undefined;
  const key = await readKey(context);
  // loaded by the runs that want it: the client costs memory
  const { openVisionModel, visionModelSchema } = await import('../../vision/open-model.ts');
  const model = openVisionModel(visionModelSchema.parse(toVisionConfig(options)), { key, allowedHosts });
  return { ...model, transcribe: metered(model, context.models) };
}

/** Each page is a call, whatever attempts it takes; its tokens count for the calls after it. */
function metered({ transcribe }: OpenVisionModel, models: ModelMeter): OpenVisionModel['transcribe'] {
  return async (png, options) => {
    models.claimCall();
    try {
      const transcript = await transcribe(png, options);
      models.noteTokens(transcript.inputTokens + transcript.outputTokens);
      return transcript;
    } catch (error) {
      if (error instanceof UselessAnswerError)
        models.noteTokens(error.tokens.inputTokens + error.tokens.outputTokens);
      throw error;
    }
  };
}

async function readKey({ options, secret }: Context): Promise<string | undefined> {
  const { visionSecret, visionEndpoint } = options;
  if (visionSecret === undefined || visionEndpoint === undefined) return undefined;
  return await secret(visionSecret, { option: 'visionSecret', to: [visionEndpoint], known: KNOWN_HOSTS });
}

function toVisionConfig(options: PdfKindOptions): object {
  const { visionProvider: provider, visionModel: model } = options;
  if (provider === 'bedrock') return { provider, model, region: options.visionRegion, ...PATIENCE };
  const { visionEndpoint: endpoint, visionParameters: parameters } = options;
  return { provider, model, endpoint, parameters, ...PATIENCE, pageMs: PAGE_MS };
}
