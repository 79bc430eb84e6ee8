import { readEnv } from '../aws/env.ts';
import { sendMessages } from '../aws/queue.ts';
import { BLOCK_CLUSTERS, recordCluster, recordedIndexes } from '../run/ledger.ts';
import type { PublishMessage, PublishStep } from '../run/message.ts';
import { sendPublish } from '../run/send.ts';
import { removalSlices, removeLeftovers } from './leftovers.ts';
import { hasNothingToShow, point, readPublished } from './point.ts';
import { publishSlice } from './publish-slice.ts';
import type { Publishing } from './publishing.ts';
import { sortPart } from './sort-part.ts';
import { gatherFacts } from './sorted-lines.ts';
import { removeVersions } from './versions.ts';
import type { Pace, Work } from './work.ts';

/** A step of publishing: parts that any function may do, in any order; the next step begins when all are done. */
interface Step {
  readonly name: PublishStep;
  /** What the parts need of the step before, put together once. */
  prepare?(publishing: Publishing): Promise<void>;
  parts(publishing: Publishing): Promise<number>;
  /** Undefined when it is done, or where to go on. */
  run(publishing: Publishing, part: number, work: Work): Promise<number | undefined>;
}

const STEPS: readonly Step[] = [
  {
    name: 'sort',
    parts: async ({ parts }) => parts.length,
    run: async (publishing, part) => void (await sortPart(publishing, part)),
  },
  {
    name: 'publish',
    async prepare({ workspace, parts }) {
      if (parts.length > 0) await gatherFacts(workspace, 'sort', parts.length);
    },
    parts: async ({ slices }) => slices,
    run: publishSlice,
  },
  {
    name: 'point',
    prepare: async ({ workspace, slices }) => await gatherFacts(workspace, 'publish', slices),
    parts: async () => 1,
    run: async (publishing, _, work) => await point(publishing, work),
  },
  {
    name: 'remove',
    async parts(publishing) {
      const slices = await readPublished(publishing);
      return hasNothingToShow(publishing, slices) ? 0 : removalSlices(publishing, slices);
    },
    async run(publishing, part, work) {
      if (publishing.kind.isVersioned) await removeVersions(publishing, work);
      else await removeLeftovers(publishing, part, work);
      return undefined;
    },
  },
];

/** Where to go on with the publication: at which step, and after how much of its first part. */
export interface Resume {
  readonly step: PublishStep;
  readonly from: number;
}

export const FIRST: Resume = { step: 'sort', from: 0 };

/**
 * Goes on with the first step that is not complete. A step of one part is done here and now; the missing parts of a larger one are
 * sent, and whoever completes it comes here again. `published` when there is no step left.
 */
export async function goOn(
  publishing: Publishing,
  resume: Resume,
  pace: Pace,
): Promise<'published' | 'sent' | 'handed on'> {
  const at = STEPS.findIndex(({ name }) => name === resume.step);
  // What the steps before left in memory is made again; what they copied is copied already.
  const before = publishing.workspace.isInMemory ? STEPS.slice(0, at) : [];
  for (const step of before) await doStep(publishing, step, { ...pace, from: Number.POSITIVE_INFINITY });
  for (const [n, step] of STEPS.slice(at).entries()) {
    const outcome = await doStep(publishing, step, { ...pace, from: n === 0 ? resume.from : 0 });
    if (outcome !== 'done') return outcome;
  }
  return 'published';
}

async function doStep(
  publishing: Publishing,
  step: Step,
  work: Work,
): Promise<'done' | 'sent' | 'handed on'> {
  await step.prepare?.(publishing);
  const parts = await step.parts(publishing);
  if (parts === 0) return 'done';
  if (parts > 1) return (await sendMissing(publishing, step.name, parts)) > 0 ? 'sent' : 'done';
  const next = await step.run(publishing, 0, work);
  if (next === undefined) return 'done';
  await sendPublish(toMessage(publishing, { step: step.name, part: 0, from: next }));
  return 'handed on';
}

/** Does one part of a step that has several. `complete` when it was the last one, and the next step may begin. */
export async function doPart(
  publishing: Publishing,
  { step: name, part, from }: PublishMessage,
  pace: Pace,
): Promise<'complete' | 'recorded' | 'handed on'> {
  const step = STEPS.find((each) => each.name === name);
  // A step of one part is recorded nowhere: it is gone on with.
  const parts = step && !publishing.workspace.isInMemory ? await step.parts(publishing) : 1;
  if (!step || parts <= 1) return 'complete';
  const group = groupOf(publishing, name);
  const block = Math.floor(part / BLOCK_CLUSTERS);
  if (!(await recordedIndexes(group, block)).has(part)) {
    const next = await step.run(publishing, part, { ...pace, from });
    if (next !== undefined) {
      await sendPublish(toMessage(publishing, { step: name, part, from: next }));
      return 'handed on';
    }
  }
  const sums = await recordCluster(group, parts, part, { ok: 0, failed: 0, bytes: 0 });
  return sums ? 'complete' : 'recorded';
}

/** A step's parts are recorded as a group's clusters are, on a set tree of its own. */
const groupOf = ({ root }: Publishing, step: PublishStep): string => `${root}:${step}`;

async function sendMissing(publishing: Publishing, step: PublishStep, parts: number): Promise<number> {
  const missing: number[] = [];
  for (let block = 0; block * BLOCK_CLUSTERS < parts; block++) {
    const recorded = await recordedIndexes(groupOf(publishing, step), block);
    const end = Math.min((block + 1) * BLOCK_CLUSTERS, parts);
    for (let part = block * BLOCK_CLUSTERS; part < end; part++) if (!recorded.has(part)) missing.push(part);
  }
  const messages = missing.map((part) => toMessage(publishing, { step, part, from: 0 }));
  await sendMessages(readEnv(['finishQueue']).finishQueue, messages, publishing.run.run);
  return missing.length;
}

type Place = Pick<PublishMessage, 'step' | 'part' | 'from'>;

const toMessage = ({ run }: Publishing, place: Place): PublishMessage => ({
  type: 'publish',
  run: run.run,
  generation: run.generation,
  ...place,
});
