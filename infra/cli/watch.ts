import { RECEIVES } from '../../shared/aws/retries.ts';
import { getGroup } from '../../shared/run/group.ts';
import { rootGroup } from '../../shared/run/keys.ts';
import { groupProgress } from '../../shared/run/ledger.ts';
import { findRun, hasEnded, type Run } from '../../shared/run/run.ts';
import { counted } from './report-text.ts';

const POLL_MS = 150;
const LINE_EVERY_MS = 5000;
const BAR_CELLS = 30;

export interface Progress {
  readonly state: Run['state'];
  readonly clusters: number;
  readonly done: number;
  readonly items: number;
  /** What a step fails at, from its second failure on. */
  readonly trouble?: Run['trouble'];
}

/** Waits until the run has ended and its event is out; shows its progress on the way. */
export async function waitForRun(
  id: string,
  generation: number,
  show: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<Run> {
  for (;;) {
    signal.throwIfAborted();
    const run = await findRun(id);
    if (run && run.generation >= generation && hasEnded(run) && run.emittedAt) return run;
    if (run) show(await toProgress(run));
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function toProgress(run: Run): Promise<Progress> {
  const root = rootGroup(run.run, run.generation);
  const { clusters = 0 } = await getGroup(root);
  const { clusters: done, ok, failed } = await groupProgress(root, clusters);
  return { state: run.state, clusters, done, items: ok + failed, trouble: run.trouble };
}

/** A bar that redraws itself on a terminal; elsewhere a plain line every few seconds, and only when something moved. */
export function progressDisplay(stream: NodeJS.WriteStream): { show(progress: Progress): void; end(): void } {
  let last = '';
  let lastAt = 0;
  const clear = stream.isTTY ? '\r\u001b[2K' : '';
  const sayTrouble = onChange((text) => stream.write(`${clear}${text}\n`));
  return {
    show(progress) {
      sayTrouble(progress.trouble && toTroubleLine(progress.trouble));
      const text = stream.isTTY ? toBar(progress) : toLine(progress);
      const isDue = stream.isTTY || Date.now() - lastAt >= LINE_EVERY_MS;
      if (text === last || !isDue) return;
      last = text;
      lastAt = Date.now();
      stream.write(`${clear}${text}${stream.isTTY ? '' : '\n'}`);
    },
    end: () => void stream.write(clear),
  };
}

/** Says a text once, until it is another one. */
function onChange(say: (text: string) => void): (text: string | undefined) => void {
  let last: string | undefined;
  return (text) => {
    if (text !== undefined && text !== last) say(text);
    last = text;
  };
}

const toTroubleLine = ({ step, attempt, message, againInSeconds }: NonNullable<Run['trouble']>): string =>
  `${step} failed at attempt ${attempt} of ${RECEIVES} (${message}); tried again in ${againInSeconds} s`;

function toBar(progress: Progress): string {
  const filled = progress.clusters === 0 ? 0 : Math.round((BAR_CELLS * progress.done) / progress.clusters);
  return `[${'█'.repeat(filled)}${'░'.repeat(BAR_CELLS - filled)}] ${toLine(progress)}`;
}

const toLine = ({ state, done, clusters, items }: Progress): string =>
  clusters === 0 ? state : `${state}: ${done} of ${counted(clusters, 'cluster')}, ${counted(items, 'item')}`;
