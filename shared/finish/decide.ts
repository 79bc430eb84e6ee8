import type { ItemResult, Kind, Output } from '../kind.ts';

/** One slice of a run's items, and what earlier runs say of the same ones. */
export interface SliceFacts {
  readonly fresh: readonly ItemResult[];
  /** Lines of the manifest that readers see now. */
  readonly previous: readonly ItemResult[];
  /** Was the item found unchanged when the run was planned? */
  isUnchanged(last: ItemResult): boolean;
  /** May a pass that died have written over the item's outputs? */
  isTouched(id: string): boolean;
  readonly mayStay: NonNullable<Kind['mayStay']>;
}

/** What becomes of one item. */
export interface Decision {
  /** Its line of the new manifest. */
  readonly line: ItemResult;
  /** Where its outputs are now: staged by this run, or where the version before has them. */
  readonly outputsAre: 'staged' | 'published';
  /** Outputs that readers have already, byte for byte. */
  readonly isThere: (output: Output) => boolean;
  /** Whatever else earlier runs had of the item goes. */
  readonly settles: boolean;
}

const NOT_THERE = (): boolean => false;

/**
 * Decides a slice: new results; the last good outputs of items that failed (stale); and items that are as they were. In the order of
 * their ids.
 */
export function decide(facts: SliceFacts): Decision[] {
  const last = new Map(facts.previous.map((result) => [result.id, result]));
  const decisions = facts.fresh.map((result) => {
    const before = last.get(result.id);
    last.delete(result.id);
    return isNews(result) ? toNew(result, before, facts) : toStale(result, before, facts);
  });
  for (const before of last.values()) {
    if (before.status !== 'failed' && facts.isUnchanged(before)) decisions.push(toUnchanged(before));
  }
  return decisions.sort((a, b) => (a.line.id < b.line.id ? -1 : Number(a.line.id > b.line.id)));
}

/** A failed item with outputs has what could be done (some pages of a document). */
const isNews = ({ status, outputs }: ItemResult): boolean => status !== 'failed' || outputs.length > 0;

function toNew(line: ItemResult, before: ItemResult | undefined, { isTouched }: SliceFacts): Decision {
  const known = new Map(before?.outputs.map((output) => [output.path, output]));
  const isThere = (output: Output): boolean =>
    !isTouched(line.id) && isSame(output, known.get(output.path)) && output.sha256 !== undefined;
  return { line, outputsAre: 'staged', isThere, settles: true };
}

const isSame = (a: Output, b: Output | undefined): boolean =>
  a.sha256 === b?.sha256 && a.bytes === b?.bytes && a.contentType === b.contentType;

function toStale(
  failed: ItemResult,
  before: ItemResult | undefined,
  { isTouched, mayStay }: SliceFacts,
): Decision {
  const none: Decision = { line: failed, outputsAre: 'staged', isThere: NOT_THERE, settles: false };
  if (!before || before.outputs.length === 0) return none;
  if (isTouched(failed.id) || !mayStay(failed, before)) return { ...none, settles: true };
  return { ...none, line: { ...failed, outputs: before.outputs, stale: true }, outputsAre: 'published' };
}

function toUnchanged(before: ItemResult): Decision {
  const line: ItemResult = { ...before, status: 'unchanged', ms: 0 };
  return { line, outputsAre: 'published', isThere: NOT_THERE, settles: true };
}
