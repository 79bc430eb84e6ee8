import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import * as z from 'zod';
import { parseConfig } from '../../../infra/config.ts';
import { SmallbatchStack } from '../../../infra/stack.ts';
import '../kinds/toy-kind.ts';

export const SECRET_ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:hub-AbCdEf';

/** Settings that differ from every default, so that what follows the config is told from what follows the kind. */
export const config = parseConfig({
  memoryMb: { toy: [256, 1024] },
  concurrency: { toy: 7 },
  logRetentionDays: 14,
  schedules: [
    { key: 'toy/weekly/list.toy', expression: 'cron(0 4 ? * MON *)', options: { a: 1 } },
    { prefix: 'toy/', suffix: '.toy', expression: 'rate(1 day)' },
  ],
  allowedHosts: { toy: ['hub.internal:8080'] },
  secrets: { toy: { hub: SECRET_ARN } },
});

/** The stack as it is deployed, but for its code. */
export function toStack(app: App): SmallbatchStack {
  const code = Code.fromAsset(import.meta.dirname, { exclude: ['**'] });
  return new SmallbatchStack(app, config.stackName, { config, code });
}

/** An app that leaves nothing behind: without a folder of its own, it would stay in the system's. */
export function temporaryApp(): App {
  const outdir = mkdtempSync(join(tmpdir(), 'smallbatch-synth-'));
  process.on('exit', () => rmSync(outdir, { recursive: true, force: true }));
  return new App({ outdir, context: { 'aws:cdk:enable-path-metadata': true } });
}

export const template = Template.fromStack(toStack(temporaryApp()));

type Properties = Readonly<Record<string, unknown>>;
const resource = z.object({
  Properties: z.record(z.string(), z.unknown()).default({}),
  Metadata: z.object({ 'aws:cdk:path': z.string() }),
});

/** The resources of a type: their place below the stack → their properties, and their logical ids. */
export function find(type: string): { path: string; id: string; properties: Properties }[] {
  return Object.entries(template.findResources(type)).map(([id, found]) => {
    const { Properties, Metadata } = resource.parse(found);
    return { id, properties: Properties, path: Metadata['aws:cdk:path'].split('/').slice(1).join('/') };
  });
}

export function at(type: string, path: string): { id: string; properties: Properties } {
  const found = find(type).find((each) => each.path === path);
  if (found) return found;
  throw new Error(
    `expected a ${type} at ${path}, found ${find(type)
      .map((each) => each.path)
      .join(', ')}`,
  );
}
