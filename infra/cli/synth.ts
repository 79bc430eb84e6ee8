import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { glob, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as z from 'zod';
import type { Config } from '../config.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
/** What the template and the bundle are made of. */
const INPUTS = ['infra/*.ts', 'functions/**/*.ts', 'shared/**/*.ts', 'cdk.json', 'package-lock.json'];

export interface Synthesised {
  readonly templateFile: string;
  readonly codeDir: string;
}

/** Settings of the config that a command may give for its own run, in the place of those of cdk.json. */
export type LocalSettings = Partial<Pick<Config, 'hosts' | 'secrets' | 'functions' | 'buckets' | 'budgets'>>;

/** The stack's template and bundled code, as `cdk synth` makes them; kept in `dist` until one of its inputs changes. */
export async function synthesise(settings: LocalSettings = {}): Promise<Synthesised> {
  const folder = join(root, 'dist', 'synth', await hashInputs(settings));
  if (!existsSync(folder)) await synthInto(folder, settings);
  return await locate(folder);
}

async function hashInputs(settings: LocalSettings): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(settings));
  const files = (await Array.fromAsync(glob(INPUTS, { cwd: root }))).sort();
  for (const file of files) hash.update(file).update(await readFile(join(root, file)));
  return hash.digest('hex').slice(0, 16);
}

async function synthInto(folder: string, settings: LocalSettings): Promise<void> {
  const { context } = z
    .object({ context: z.looseObject({ smallbatch: z.record(z.string(), z.unknown()).default({}) }) })
    .parse(JSON.parse(await readFile(join(root, 'cdk.json'), 'utf8')));
  const unfinished = `${folder}.${process.pid}`;
  await promisify(execFile)(process.execPath, [join(root, 'infra', 'app.ts')], {
    cwd: root,
    env: {
      ...process.env,
      CDK_OUTDIR: unfinished,
      // The CLI adds path metadata, too; the local stack takes its names from it.
      CDK_CONTEXT_JSON: JSON.stringify({
        ...context,
        smallbatch: { ...context.smallbatch, ...settings },
        'aws:cdk:enable-path-metadata': true,
      }),
    },
  });
  try {
    await rename(unfinished, folder);
  } catch (error) {
    // another process was first, with the same
    if (!existsSync(folder)) throw error;
    await rm(unfinished, { recursive: true });
  }
}

const manifest = z.object({
  artifacts: z.record(
    z.string(),
    z.object({ type: z.string(), properties: z.record(z.string(), z.unknown()).optional() }),
  ),
});
const assets = z.object({
  files: z.record(z.string(), z.object({ source: z.object({ path: z.string(), packaging: z.string() }) })),
});

async function locate(folder: string): Promise<Synthesised> {
  const { artifacts } = manifest.parse(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')));
  const stack = Object.values(artifacts).find(({ type }) => type === 'aws:cloudformation:stack');
  const templateFile = join(folder, String(stack?.properties?.templateFile));
  const { files } = assets.parse(
    JSON.parse(await readFile(templateFile.replace('.template.', '.assets.'), 'utf8')),
  );
  const code = Object.values(files).find(({ source }) => source.packaging === 'zip');
  if (!code) throw new Error(`expected a code asset in ${folder}, found none`);
  return { templateFile, codeDir: join(folder, code.source.path) };
}
