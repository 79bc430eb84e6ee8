import { toLink } from './link-target.ts';

/** A run of text in one style. */
export interface Span {
  readonly text: string;
  readonly bold?: boolean;
  readonly italic?: boolean;
  readonly strike?: boolean;
  readonly raised?: 'sup' | 'sub';
  readonly link?: string;
}

/** Spans as inline Markdown: neighbours in one style are joined, marks stand at words and never at spaces. */
export function renderSpans(spans: readonly Span[]): string {
  return merged(spans)
    .map(rendered)
    .join('')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .trim();
}

function merged(spans: readonly Span[]): Span[] {
  const all: Span[] = [];
  for (const span of spans) {
    const last = all.at(-1);
    if (last !== undefined && sameStyle(last, span))
      all[all.length - 1] = { ...last, text: last.text + span.text };
    else if (span.text !== '') all.push(span);
  }
  return all;
}

function sameStyle(a: Span, b: Span): boolean {
  return (
    (a.bold ?? false) === (b.bold ?? false) &&
    (a.italic ?? false) === (b.italic ?? false) &&
    (a.strike ?? false) === (b.strike ?? false) &&
    a.raised === b.raised &&
    a.link === b.link
  );
}

function rendered(span: Span): string {
  const [, before = '', core = '', after = ''] = /^(\s*)(.*?)(\s*)$/s.exec(span.text) ?? [];
  if (core === '') return span.text;
  let text = escapeMarkdown(core);
  if (span.raised !== undefined) text = `<${span.raised}>${text}</${span.raised}>`;
  if (span.strike) text = `~~${text}~~`;
  if (span.italic) text = `*${text}*`;
  if (span.bold) text = `**${text}**`;
  text = toLink(text, span.link ?? '');
  return `${before}${text}${after}`;
}

/** Signs that Markdown would take for markup; an underscore within a word is none. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*[\]<]|(?<![^\W_])_|_(?![^\W_])/g, '\\$&');
}
