import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { UsageError } from '../../shared/command/usage-error.ts';
import { SmallbatchError } from '../../shared/errors.ts';
import { readEndpoint } from '../local/endpoint.ts';
import { sdkEnvironment } from '../local/lambda/function-specs.ts';
import { OUTSIDE, startLocal } from '../local/local-stack.ts';
import { readTemplate } from '../local/template.ts';
import { type Synthesised, synthesise } from './synth.ts';
import { useStack } from './use-stack.ts';

/** A stack that starts announces itself, and a command that only looks is done, well before that. */
const PATIENCE_MS = 15_000;
const POLL_MS = 200;

interface OpenState {
  /** Another command is at work on it. */
  readonly isAtWork: boolean;
  /** Of a stack of our own. */
  close?(): Promise<void>;
}

/**
 * Has the shared modules find the ledger and results of a state folder while `use` goes on: through the command that is at work
 * on it, else through a stack of our own, in which no function runs.
 * @throws UsageError when no run was ever made there
 * @throws SmallbatchError STATE_LOCKED
 */
export async function withState<T>(state: string, use: (isAtWork: boolean) => Promise<T>): Promise<T> {
  await requireState(state);
  const { isAtWork, close } = await openState(state, await synthesise());
  try {
    return await use(isAtWork);
  } finally {
    await close?.();
  }
}

/** @throws UsageError when no run was ever made there: a mistyped folder is not to be made */
export async function requireState(state: string): Promise<void> {
  if (!(await stat(join(state, 'dynamodb')).catch(() => undefined)))
    throw new UsageError(`--state: expected a folder that runs were made in, found none at ${state}`);
}

async function openState(state: string, synthesised: Synthesised): Promise<OpenState> {
  const until = Date.now() + PATIENCE_MS;
  let found: OpenState | undefined;
  while (!found) {
    found = await openIdle(state, synthesised).catch(async (error: unknown) => {
      if (!isLocked(error)) throw error;
      const joined = await joinAtWork(state, synthesised);
      if (joined === undefined && Date.now() > until) throw error;
      return joined;
    });
    if (!found) await setTimeout(POLL_MS);
  }
  return found;
}

const isLocked = (error: unknown): boolean =>
  error instanceof SmallbatchError && error.code === 'STATE_LOCKED';

async function openIdle(state: string, synthesised: Synthesised): Promise<OpenState> {
  const log = (line: string): void => console.error(line);
  const stack = await startLocal({ ...synthesised, stateDir: state, concurrency: 1, isIdle: true, log });
  useStack(stack.environment, stack.template);
  return { isAtWork: false, close: stack.stop };
}

/** Undefined while the stack that holds the folder does not answer yet, or is one that only looks. */
async function joinAtWork(state: string, { templateFile }: Synthesised): Promise<OpenState | undefined> {
  const endpoint = await readEndpoint(state);
  if (endpoint === undefined) return undefined;
  useStack(sdkEnvironment(OUTSIDE, endpoint), await readTemplate(templateFile, endpoint));
  return { isAtWork: true };
}
