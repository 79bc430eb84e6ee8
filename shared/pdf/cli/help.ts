/** What `npm run pdf` says of itself. */

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
