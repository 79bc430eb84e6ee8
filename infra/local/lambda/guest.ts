import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { FunctionSpec } from './types.ts';

const COMMAND_RUNTIME = fileURLToPath(new URL('command-runtime.js', import.meta.url));
/** The longest that Lambda has. */
const TIMEOUT_SECONDS = 900;
const SCRATCH_MB = 512;

/** What a person brings along to be called: a module with a `handler`, or a command line. */
export interface Guest {
  readonly module?: string;
  readonly command?: string;
  readonly memoryMb: number;
}

/** `./jobs/resize.ts` → `resize`. A command is called `command`, whatever it is: its results depend on what it does. */
export const guestName = ({ module }: Guest): string =>
  module === undefined ? 'command' : basename(module).replace(/\.[^.]*$/, '');

/**
 * A guest as a function beside those of the template: a process of its own under a memory limit, in the folder where the
 * person is, with that person's environment, for it is theirs. It is called through the same Invoke API as on AWS.
 */
export async function toGuestSpec(guest: Guest, stateDir: string): Promise<FunctionSpec> {
  const name = guestName(guest);
  const codeDir = join(stateDir, 'guest');
  await mkdir(codeDir, { recursive: true });
  if (guest.module !== undefined) await writeFile(join(codeDir, 'guest.mjs'), toEntry(guest.module));
  return {
    name,
    handler: 'guest.handler',
    codeDir,
    workDir: process.cwd(),
    memoryMb: guest.memoryMb,
    timeoutSeconds: TIMEOUT_SECONDS,
    ephemeralMb: SCRATCH_MB,
    runtime: guest.module === undefined ? COMMAND_RUNTIME : undefined,
    environment: { ...ownEnvironment(), ROWS_COMMAND_LINE: guest.command ?? '' },
  };
}

/** Modules of any kind: `handler` as an export, or on a default export. Node strips the types of TypeScript. */
const toEntry = (module: string): string => `import * as module from ${JSON.stringify(
  pathToFileURL(resolve(module)).href,
)};
export const handler = module.handler ?? module.default?.handler ?? module.default;
`;

/** Without what would make its SDK talk to the local stack: a guest's own AWS is the real one. */
function ownEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(
    ([name]) => !/^(AWS_ENDPOINT_URL|NODE_OPTIONS$)/.test(name),
  );
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
