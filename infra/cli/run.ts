import { resolve } from 'node:path';
import { defineCommand } from '../../shared/command/define-command.ts';
import { EXIT } from '../../shared/command/exit.ts';
import { toAsciiJson } from '../../shared/json/lines.ts';
import { guestName } from '../local/lambda/guest.ts';
import { dryRun, toDryText } from './dry-run.ts';
import { toBeside } from './folders.ts';
import { checkOptions, optionsHelp } from './kind-options.ts';
import { runSource } from './run-source.ts';
import { runOptions, toGuest, toPairs } from './settings.ts';
import { type LocalSource, openSource, zipSample } from './source.ts';

/** The kind that calls functions. */
const ROWS = 'rows';

export const run = defineCommand({
  name: 'smallbatch run',
  summary:
    'Processes a source on this machine, with the deployed handlers and template, and copies the results to plain files. ' +
    'Without a source it runs a small sample course. A run that was killed goes on where it was; one that is complete answers at once.',
  operands: { name: 'source', least: 0, most: 1 },
  options: runOptions,
  details: optionsHelp,
  async start({ options: settings, operands: [file] }) {
    const state = resolve(settings.state);
    const guest = toGuest(settings);
    const path = file ?? (await zipSample(state));
    const source = await openSource(path, { ...settings, kind: settings.kind ?? (guest && ROWS) });
    const given = {
      ...(guest ? { function: guestName(guest) } : {}),
      ...toPairs('--option KEY=VALUE', settings.option),
    };
    const { options, bucket } = toBeside(source, given);
    checkOptions(source.kind, options);
    if (settings['dry-run']) return await printDryRun(source, options, settings.json);
    return await runSource(source, options, { ...settings, bucket: [...settings.bucket, ...bucket], state });
  },
});

async function printDryRun(
  source: LocalSource,
  options: Readonly<Record<string, string>>,
  isJson: boolean,
): Promise<number> {
  const found = await dryRun(source, options);
  console.log(toDryText(found));
  if (isJson) process.stdout.write(`${toAsciiJson(found)}\n`);
  return EXIT.done;
}
