import { decodeEntities } from './entities.ts';

export interface HtmlTag {
  /** In lower case; closing tags are left out. */
  readonly name: string;
  /** By lower-case name, character references decoded. */
  readonly attributes: ReadonlyMap<string, string>;
  /** The text between this tag and the next, as it stands (at most 2,000 characters). */
  readonly text: string;
}

/** A tag or comment longer than this ends the scan; pictures written into an attribute reach 1 or 2 MB. */
const MAX_TAG_CHARS = 4 * 1024 * 1024;
const MAX_TEXT_CHARS = 2_000;
const ATTRIBUTE = /([^\s=/>"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+)))?/g;
/** Elements whose content is no markup. */
const RAW = /^<(script|style)\b/i;

/**
 * The opening tags of a page as a stream, without building a tree: for pages of any size of which only head and links matter.
 * Comments, scripts and styles are skipped.
 */
export async function* htmlTags(chunks: AsyncIterable<string> | Iterable<string>): AsyncGenerator<HtmlTag> {
  let rest = '';
  for await (const chunk of chunks) {
    rest += chunk;
    const { tags, end } = scan(rest, false);
    yield* tags;
    rest = rest.slice(end);
    if (rest.length > MAX_TAG_CHARS) return;
  }
  yield* scan(rest, true).tags;
}

interface Scan {
  readonly tags: HtmlTag[];
  /** Where the next scan has to begin. */
  readonly end: number;
}

function scan(html: string, isLast: boolean): Scan {
  const tags: HtmlTag[] = [];
  let at = html.indexOf('<');
  while (at !== -1) {
    const end = endOfMarkup(html, at);
    if (end === -1) return { tags, end: at };
    const next = html.indexOf('<', end);
    if (next === -1 && !isLast && html.length - end < MAX_TEXT_CHARS) return { tags, end: at };
    tags.push(...toTags(html.slice(at, end), html.slice(end, next === -1 ? undefined : next)));
    at = next;
  }
  return { tags, end: html.length };
}

/** The index after the tag, comment or raw element that begins at `at`; -1 where it is not complete. */
function endOfMarkup(html: string, at: number): number {
  if (html.startsWith('<!--', at)) return after(html, '-->', at + 4);
  const raw = RAW.exec(html.slice(at, at + 8));
  if (raw !== null) return afterRaw(html, raw[1] ?? '', at);
  if (/[a-z]/i.test(html[at + 1] ?? '')) return endOfTag(html, at);
  return at + 1 < html.length ? at + 1 : -1;
}

/** A quote counts only after an equals sign: `<p title=it's>` has none. */
function endOfTag(html: string, at: number): number {
  const mark = /[>"']/g;
  mark.lastIndex = at;
  for (let found = mark.exec(html); found !== null; found = mark.exec(html)) {
    if (found[0] === '>') return mark.lastIndex;
    if (!/=\s{0,100}$/.test(html.slice(Math.max(at, found.index - 100), found.index))) continue;
    const close = html.indexOf(found[0], mark.lastIndex);
    if (close === -1) return -1;
    mark.lastIndex = close + 1;
  }
  return -1;
}

function afterRaw(html: string, name: string, from: number): number {
  const end = new RegExp(`</${name}\\s*>`, 'gi');
  end.lastIndex = from;
  return end.test(html) ? end.lastIndex : -1;
}

function after(html: string, mark: string, from: number): number {
  const found = html.indexOf(mark, from);
  return found === -1 ? -1 : found + mark.length;
}

/** The inside of the opening tag; a script's markup goes on to its end. */
function attributesOf(markup: string, name: string): string {
  const end = RAW.test(markup) ? markup.indexOf('>') : markup.length - 1;
  return markup.slice(name.length + 1, end);
}

/** One tag, or none where the markup is a comment, a closing tag, a script. */
function toTags(markup: string, text: string): HtmlTag[] {
  const name = /^<([a-z][^\s/>]*)/i.exec(markup)?.[1]?.toLowerCase();
  if (name === undefined) return [];
  const attributes = new Map<string, string>();
  for (const [, key = '', double, single, bare] of attributesOf(markup, name).matchAll(ATTRIBUTE))
    attributes.set(key.toLowerCase(), decodeEntities(double ?? single ?? bare ?? ''));
  return [{ name, attributes, text: decodeEntities(text.slice(0, MAX_TEXT_CHARS)) }];
}
