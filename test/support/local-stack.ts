import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { build } from '../../infra/build.ts';
import { parseConfig } from '../../infra/config.ts';
import { type LocalOptions, type LocalStack, startLocal } from '../../infra/local/stack.ts';
import { SmallbatchStack } from '../../infra/stack.ts';

/** The stack as `cdk synth` would make it with the test kinds registered, and its bundle. */
export interface TestStack {
  readonly templateFile: string;
  readonly codeDir: string;
  readonly folder: string;
  remove(): Promise<void>;
}

/**
 * Bundles and synthesises in this process. `kindModules` are the test kinds' modules; the caller has imported them, so
 * that the template has their queues, and the bundle imports them, so that the functions know them.
 */
export async function synthTestStack(kindModules: string[], context: object = {}): Promise<TestStack> {
  const folder = await mkdtemp(join(tmpdir(), 'smallbatch-test-'));
  const codeDir = join(folder, 'functions');
  await build(codeDir, kindModules);
  const app = new App({ outdir: join(folder, 'cdk'), context: { 'aws:cdk:enable-path-metadata': true } });
  const config = parseConfig(context);
  const stack = new SmallbatchStack(app, config.stackName, { config, code: Code.fromAsset(codeDir) });
  app.synth();
  const templateFile = join(folder, 'cdk', stack.templateFile);
  return { templateFile, codeDir, folder, remove: () => rm(folder, { recursive: true, force: true }) };
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
  Object.assign(process.env, stack.environment, {
    TABLE_NAME: stack.template.output('LedgerTableName'),
    RESULTS_BUCKET: stack.template.output('ResultsBucketName'),
    INBOX_BUCKET: stack.template.output('InboxBucketName'),
    INTAKE_QUEUE_URL: stack.template.output('IntakeQueueUrl'),
  });
  return stack;
}
