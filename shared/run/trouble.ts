import { SmallbatchError, toFailure } from '../errors.ts';
import { type Run, storeTrouble, type Trouble } from './run.ts';

/** One failure may be bad luck; from the second delivery on, whoever watches the run is to see what is tried and why it failed. */
const ATTEMPT_SHOWN = 2;

/** Notes in a run's record what one of its steps fails at. */
export async function noteTrouble(
  run: Pick<Run, 'run' | 'generation'>,
  step: Trouble['step'],
  { error, ...delivery }: { error: unknown } & Pick<Trouble, 'attempt' | 'againInSeconds'>,
): Promise<void> {
  if (delivery.attempt < ATTEMPT_SHOWN) return;
  const code = error instanceof SmallbatchError ? error.code : 'ABANDONED';
  const { message } = toFailure(error);
  await storeTrouble(run, { step, code, message, ...delivery, at: new Date().toISOString() });
}
