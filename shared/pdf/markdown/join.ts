/** Joins page results to one document's Markdown, in chunks, holding one page at a time. */

import type { PageResult } from '../page-result.ts';
import { continueBlock, isNote, isPicture, splitBlocks, tableHead } from './continue-block.ts';

/** Notes and pictures wait until the paragraph that goes on over the page has ended; more than this many don't wait. */
const MAX_WAITING = 200;

interface State {
  /** The last block of the text so far, not yet written. */
  pending: string | undefined;
  /** Of the table that `pending` belongs to: its head row. */
  head: string | undefined;
  /** Has something been written that `pending` must go on with a blank line after? */
  separator: string;
  waiting: string[];
}

/**
 * Markdown chunks in order. Paragraphs, hyphens, code and tables that go on over a page are joined; a failed page leaves
 * an HTML comment, so that nothing is missing silently.
 */
export async function* joinPages(pages: AsyncIterable<PageResult>): AsyncIterable<string> {
  const state: State = { pending: undefined, head: undefined, separator: '', waiting: [] };
  for await (const page of pages) {
    const blocks = page.status === 'failed' ? [failureMark(page)] : splitBlocks(page.markdown);
    const { head, body, foot } = apart(blocks.filter((block) => !isNote(block)));
    state.waiting.push(...head);
    yield* takeBody(state, body);
    state.waiting.push(...foot, ...blocks.filter(isNote));
    if (state.waiting.length > MAX_WAITING) yield* flush(state);
  }
  yield* flush(state);
  if (state.separator !== '') yield '\n';
}

/** Pictures at the head and the foot of a page stand between the halves of the paragraph that goes on over its edge. */
function apart(blocks: readonly string[]): Record<'head' | 'body' | 'foot', readonly string[]> {
  const first = blocks.findIndex((block) => !isPicture(block));
  if (first < 0) return { head: blocks, body: [], foot: [] };
  const end = blocks.findLastIndex((block) => !isPicture(block)) + 1;
  return { head: blocks.slice(0, first), body: blocks.slice(first, end), foot: blocks.slice(end) };
}

function* takeBody(state: State, body: readonly string[]): Iterable<string> {
  for (const [index, block] of body.entries()) {
    const joined = index === 0 && state.pending ? continueBlock(state.pending, block, state.head) : undefined;
    if (joined) {
      yield state.separator + joined.done;
      state.separator = joined.glue;
      state.pending = joined.rest;
      continue;
    }
    yield* flush(state);
    state.pending = block;
    state.head = tableHead(block);
  }
}

/** Writes the pending block and what waited for its end. */
function* flush(state: State): Iterable<string> {
  const last = state.pending?.replace(/\u00ad$/, '-');
  for (const block of [...(last === undefined ? [] : [last]), ...state.waiting]) {
    yield state.separator + block;
    state.separator = '\n\n';
  }
  state.pending = undefined;
  state.head = undefined;
  state.waiting = [];
}

function failureMark(page: PageResult): string {
  const reason = (page.error ?? 'unknown reason').replace(/--+>?/g, '-').slice(0, 300);
  return `<!-- page ${page.page} could not be converted: ${reason} -->`;
}
