import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { glob, mkdir, mkdtemp, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { build } from '../../../infra/build.ts';
import { parseConfig } from '../../../infra/config.ts';
import { type LocalOptions, type LocalStack, startLocal } from '../../../infra/local/local-stack.ts';
import type { Template } from '../../../infra/local/template.ts';
import { SmallbatchStack } from '../../../infra/stack.ts';
import { allKinds } from '../../../shared/kinds/index.ts';
import { type Alteration, toPlugin } from './alteration.ts';

const root = resolve(import.meta.dirname, '..', '..', '..');
/** Git ignores it. Bundling and synthesising takes six seconds, so test files share what they made of the same inputs. */
const CACHE = join(root, 'dist', 'test-stacks');
const CACHE_HOURS = 1;
const INPUTS = [
  'infra/*.ts',
  'functions/*.ts',
  'shared/**/*.ts',
  'test/support/**/*.ts',
  'package-lock.json',
];

/** The stack as `cdk synth` would make it with the test kinds registered, and its bundle. */
export interface TestStack {
  readonly templateFile: string;
  readonly codeDir: string;
  /** For the state of the stacks that are started. */
  readonly folder: string;
  remove(): Promise<void>;
}

/**
 * Bundles and synthesises in this process. `kindModules` are the test kinds' modules; the caller has imported them, so
 * that the template has their queues, and the bundle imports them, so that the functions know them.
 */
export async function synthTestStack(
  kindModules: string[],
  context: object = {},
  alterations: readonly Alteration[] = [],
): Promise<TestStack> {
  const made = { kindModules, context, alterations };
  const synthesised = join(CACHE, await hashInputs(made));
  if (!existsSync(synthesised)) await synthInto(synthesised, made);
  // In use: another test file that cleans up leaves it.
  await utimes(synthesised, new Date(), new Date());
  const folder = await mkdtemp(join(tmpdir(), 'smallbatch-test-'));
  const { stackName } = parseConfig(context);
  return {
    templateFile: join(synthesised, 'cdk', `${stackName}.template.json`),
    codeDir: join(synthesised, 'functions'),
    folder,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

interface Made {
  readonly kindModules: string[];
  readonly context: object;
  readonly alterations: readonly Alteration[];
}

async function hashInputs({ kindModules, context, alterations }: Made): Promise<string> {
  const kinds = allKinds().map(({ name }) => name);
  const modules = kindModules.map((path) => relative(root, path));
  const hash = createHash('sha256').update(JSON.stringify({ kinds, modules, context, alterations }));
  const files = (await Array.fromAsync(glob(INPUTS, { cwd: root }))).sort();
  for (const file of files) hash.update(file).update(await readFile(join(root, file)));
  return hash.digest('hex').slice(0, 16);
}

async function synthInto(folder: string, { kindModules, context, alterations }: Made): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  await removeOld();
  const unfinished = await mkdtemp(`${folder}.`);
  const codeDir = join(unfinished, 'functions');
  await build(codeDir, kindModules, undefined, [toPlugin(alterations)]);
  const app = new App({
    outdir: join(unfinished, 'cdk'),
    context: { 'aws:cdk:enable-path-metadata': true },
  });
  const config = parseConfig(context);
  new SmallbatchStack(app, config.stackName, { config, code: Code.fromAsset(codeDir) });
  app.synth();
  // Another test file may have been faster: its folder holds the same.
  if (existsSync(folder)) await rm(unfinished, { recursive: true });
  else await rename(unfinished, folder).catch(() => rm(unfinished, { recursive: true }));
}

async function removeOld(): Promise<void> {
  for await (const name of glob('*', { cwd: CACHE })) {
    const { mtimeMs } = await stat(join(CACHE, name)).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > CACHE_HOURS * 3_600_000)
      await rm(join(CACHE, name), { recursive: true, force: true });
  }
}

/** Starts the test stack on a state folder, and points this process's own SDK clients and shared modules at it. */
export async function startTestStack(
  { templateFile, codeDir, folder }: TestStack,
  options: Partial<LocalOptions> = {},
): Promise<LocalStack> {
  const stateDir = options.stateDir ?? (await mkdtemp(join(folder, 'state-')));
  const stack = await startLocal({
    templateFile,
    codeDir,
    concurrency: 2,
    log: () => undefined,
    ...options,
    stateDir,
  });
  pointAt(stack.template, stack.environment);
  return stack;
}

/** The SDK and the shared modules find a stack by the environment, as the functions do. */
export function pointAt(template: Template, environment: Readonly<Record<string, string>>): void {
  Object.assign(process.env, environment, {
    TABLE_NAME: template.output('LedgerTableName'),
    RESULTS_BUCKET: template.output('ResultsBucketName'),
    INBOX_BUCKET: template.output('InboxBucketName'),
    INTAKE_QUEUE_URL: template.output('IntakeQueueUrl'),
    EVENT_BUS_NAME: 'default',
  });
}
