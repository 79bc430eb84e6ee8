import { cleanText } from './escape.ts';
import { toTarget } from './link-target.ts';

/** Tags that format and do nothing else; all others are shown as text. */
const HARMLESS =
  /^<\/?(?:b|i|em|strong|u|s|del|ins|sub|sup|br|hr|code|kbd|mark|small|p|table|thead|tbody|tr|td|th|ul|ol|li|details|summary|center)(?:\s+(?:col|row)span="?\d{1,4}"?){0,2}\s*\/?>/i;
const AUTOLINK = /^<(?:https?:\/\/|mailto:)[^\s<>]*>/i;
const TAG = /<(?=[a-z/!?])/gi;
/** A link's or a picture's target, or that of a definition. */
const TARGET =
  /(\]\(\s*<?|^ {0,3}\[[^\]\n]{1,200}\]:\s*<?)([a-z][a-z0-9+.\\-]{0,40}(?::|&#?\w{1,10};)[^\s)>]*)/gi;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;

/**
 * Markdown that others wrote, such as a cell of a notebook or the answer of a model, without what could do harm where it is shown: tags
 * but for those that format, and links that are not http, https, mailto, tel or a path. Code stays as it is.
 */
export function safeMarkdown(markdown: string): string {
  const safe = new SafeMarkdown();
  return cleanText(markdown)
    .split('\n')
    .map((line) => safe.line(line))
    .join('\n');
}

/** The same line by line; what is held is whether code is open. */
export class SafeMarkdown {
  #fence = '';

  line(text: string): string {
    const line = cleanText(text);
    const mark = FENCE.exec(line)?.[1];
    if (this.#fence === '') {
      this.#fence = mark ?? '';
      return mark === undefined ? safeLine(line) : line;
    }
    if (mark?.startsWith(this.#fence) && line.trim() === mark) this.#fence = '';
    return line;
  }
}

/** Between the code of a line, which lies between equal rows of backticks. */
function safeLine(line: string): string {
  const parts = line.split(/(`+)/);
  const out: string[] = [];
  for (let at = 0; at < parts.length; at += 1) {
    const part = parts[at] ?? '';
    const end = at % 2 === 1 ? parts.indexOf(part, at + 1) : -1;
    if (end === -1) out.push(safeText(part));
    else {
      out.push(parts.slice(at, end + 1).join(''));
      at = end;
    }
  }
  return out.join('');
}

function safeText(text: string): string {
  return text
    .replace(TARGET, (whole, before: string, target: string) => (isSafe(target) ? whole : `${before}#`))
    .replace(TAG, (sign, at: number) => {
      const rest = text.slice(at, at + MAX_TAG_CHARS);
      return HARMLESS.test(rest) || AUTOLINK.test(rest) ? sign : '&lt;';
    });
}

const MAX_TAG_CHARS = 2_000;

/** A scheme with a reference in it hides another one. */
function isSafe(target: string): boolean {
  const [scheme = ''] = target.split(':');
  return !scheme.includes('&') && toTarget(target.replaceAll('\\', '')) !== '';
}
