/** From what a model says to a page's Markdown. */
import { safeMarkdown } from '../markdown/foreign.ts';
import { BLANK_PAGE } from './prompt.ts';
import { type Tokens, UselessAnswerError } from './vision-model.ts';

/** Refusals are a sentence or two; a page that quotes one is longer. */
const MAX_REFUSAL_CHARS = 400;
const REFUSAL =
  /^(i['’]m (very )?sorry|i am sorry|sorry|i apologi[sz]e|i can['’]?t|i cannot|i['’]m (unable|not able)|i am (unable|not able))\b[\s\S]*\b(assist|help|transcri\w*|process|view|see|read|provide|comply|continue|image|request)\b/i;

/** The whole answer in a fence, as chat models like to give it, with or without a line of introduction. */
const WRAPPED = /^(?:[^\n`]{0,200}:\s*\n\s*)?(`{3,})(?:markdown|md)[ \t]*\n([\s\S]*?)\n?\1\s*$/i;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;

/** The Markdown in `text`, without what could do harm where it is shown. @throws UselessAnswerError for a refusal or an empty answer */
export function parseAnswer(text: string, tokens: Tokens): string {
  const trimmed = text.trim();
  if (trimmed === '') throw new UselessAnswerError('expected a transcript, found an empty answer', tokens);
  if (trimmed.length <= MAX_REFUSAL_CHARS && REFUSAL.test(trimmed)) {
    throw new UselessAnswerError(`the model refused: "${trimmed.slice(0, 120)}"`, tokens);
  }
  const markdown = closeFence((WRAPPED.exec(trimmed)?.[2] ?? trimmed).trim());
  if (markdown === '') throw new UselessAnswerError('expected a transcript, found an empty fence', tokens);
  return markdown === BLANK_PAGE ? '' : safeMarkdown(markdown);
}

/** Code that is left open would take in the pages after it. */
function closeFence(markdown: string): string {
  let open: string | undefined;
  for (const line of markdown.split('\n')) {
    const fence = FENCE.exec(line)?.[1];
    if (open === undefined) open = fence;
    else if (fence?.startsWith(open) && line.trim() === fence) open = undefined;
  }
  return open === undefined ? markdown : `${markdown}\n${open}`;
}
