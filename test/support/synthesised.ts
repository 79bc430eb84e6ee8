import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { z } from 'zod';
import { parseConfig } from '../../infra/config.ts';
import { SmallbatchStack } from '../../infra/stack.ts';
import './toy-kind.ts';

/** Settings that differ from every default, so that what follows the config is told from what follows the kind. */
export const config = parseConfig({
  memoryMb: { toy: [256, 1024] },
  concurrency: { toy: 7 },
  logRetentionDays: 14,
  schedules: [{ key: 'toy/weekly/list.toy', expression: 'cron(0 4 ? * MON *)', options: { a: 1 } }],
});

/** The stack as it is deployed, but for its code. */
export function toStack(app: App): SmallbatchStack {
  const code = Code.fromAsset(import.meta.dirname, { exclude: ['**'] });
  return new SmallbatchStack(app, config.stackName, { config, code });
}

export const template = Template.fromStack(
  toStack(new App({ context: { 'aws:cdk:enable-path-metadata': true } })),
);

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
