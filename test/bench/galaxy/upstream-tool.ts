import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';

const SHARED = resolve(import.meta.dirname, '..', '..', '..', '..', 'shared');
const TOOL = join(SHARED, 'tools', 'galaxy-upstream.mjs');
const DATA = join(SHARED, 'data', 'galaxy');
/** The real tarballs. */
export const ARTIFACTS = join(DATA, 'artifacts');

const started = z.object({ url: z.string(), collections: z.number(), versions: z.number() });
const stats = z.object({ requests: z.number(), bytes: z.number(), by: z.record(z.string(), z.number()) });
export type Stats = z.infer<typeof stats>;

/** A Galaxy over the real tarballs beside the checkout, in a process of its own. */
export interface Tool {
  readonly server: string;
  readonly host: string;
  readonly versions: number;
  readonly collections: number;
  /** What it was asked since the last call. */
  stats(): Promise<Stats>;
  stop(): void;
}

/** Why the bench can't run here, if so. */
export function missingData(): string | undefined {
  const missing = [TOOL, DATA].find((path) => !existsSync(path));
  return (
    missing &&
    `skipped: expected ../shared/tools/galaxy-upstream.mjs and ../shared/data/galaxy, found no ${missing}`
  );
}

export interface ToolOptions {
  readonly artifacts?: string;
  /** Synthetic patch versions per tarball, which share its bytes. */
  readonly clones?: number;
}

export async function startTool({ artifacts = ARTIFACTS, clones = 0 }: ToolOptions): Promise<Tool> {
  const args = [
    TOOL,
    '--artifacts',
    artifacts,
    '--docs',
    join(DATA, 'docs'),
    '--clone',
    String(clones),
    '--redirects',
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const { value: line } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  const { url, collections, versions } = started.parse(JSON.parse(String(line)));
  const { origin, host } = new URL(url);
  return {
    server: url,
    host,
    versions,
    collections,
    async stats() {
      const found = stats.parse(await (await fetch(`${origin}/__stats`)).json());
      await fetch(`${origin}/__reset`, { method: 'POST' });
      return found;
    },
    stop: () => void child.kill(),
  };
}
