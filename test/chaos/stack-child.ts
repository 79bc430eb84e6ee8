/** A local stack in a process of its own, with all that goes wrong in it; answers to lines on stdin: `stats`, `sweep`. */
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { findRun, hasEnded, openRuns } from '../../shared/run/run.ts';
import { startTestStack } from '../support/stack/local-stack.ts';
import { type ChildOptions, toClockEnvironment } from './chaos-stack.ts';
import './kinds.ts';

const options = JSON.parse(process.argv[2] ?? '') as ChildOptions;
const say = (what: string, value: unknown = null): void => console.log(`${what} ${JSON.stringify(value)}`);

const stack = await startTestStack(
  { ...options, folder: options.stateDir, remove: async () => undefined },
  {
    ...options,
    secrets: new Map(options.secrets),
    functionEnvironment: toClockEnvironment(options),
    log: (line, from) => appendFileSync(options.logFile, `${from}: ${line}\n`),
  },
);
stack.bus.listen(({ detail, ...event }) => {
  if (event['detail-type'] !== 'Run Completed') return;
  const told = findRun(String(detail.run)).then((run) => ({
    detail,
    hasEnded: run !== undefined && hasEnded(run),
  }));
  told.then((seen) => say('event', seen)).catch((error: unknown) => say('error', String(error)));
});
if (options.isRestarted && (await Array.fromAsync(openRuns())).length > 0)
  await stack.lambda.invokeAsync('sweep', { restarted: true });
say('ready', true);

// Who started it is gone.
process.stdin.on('close', () => process.exit());
createInterface({ input: process.stdin }).on('line', async (line) => {
  if (line === 'sweep') {
    await stack.lambda.invokeAsync('sweep', { restarted: true });
    say('swept', true);
  } else if (line === 'stats') {
    const queues = stack.template.ofType('AWS::SQS::Queue').map(({ name }) => name);
    const depths = await Promise.all(
      queues.map(async (name) => [name, await stack.sqs.depth(name)] as const),
    );
    say('stats', {
      injected: Object.fromEntries(stack.injected),
      refusals: Object.fromEntries(stack.refusals),
      requests: Object.fromEntries(stack.counts.requests),
      depths: Object.fromEntries(depths),
      kills: stack.functions().reduce((sum, { kills }) => sum + kills, 0),
    });
  }
});
