import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createIam } from '../../../infra/local/iam/iam.ts';
import { judge } from '../../../infra/local/iam/policy.ts';
import { readRoles } from '../../../infra/local/iam/roles.ts';
import type { LocalStack } from '../../../infra/local/local-stack.ts';
import { readTemplate } from '../../../infra/local/template.ts';
import { readEnv } from '../../../shared/aws/env.ts';
import { getJsonLines } from '../../../shared/aws/store.ts';
import { updateRow } from '../../../shared/aws/table.ts';
import { getGroup } from '../../../shared/run/group.ts';
import { planKey, rootGroup } from '../../../shared/run/keys.ts';
import { getRun } from '../../../shared/run/run.ts';
import type { ToyLine } from '../../support/kinds/toy-kind.ts';
import { waitFor } from '../../support/process/wait-for.ts';
import { startTestStack, synthTestStack, type TestStack } from '../../support/stack/local-stack.ts';
import { echo, readPublished, TOY_MODULE, uploadToy, waitForEnd } from '../../support/stack/toy-run.ts';

let synthesised: TestStack;
let stack: LocalStack | undefined;
let port: number | undefined;
const lines: string[] = [];

beforeAll(async () => {
  synthesised = await synthTestStack([TOY_MODULE]);
});
afterEach(async () => {
  await stack?.stop();
  stack = undefined;
  lines.length = 0;
});
afterAll(async () => await synthesised.remove());

async function start(templateFile = synthesised.templateFile): Promise<LocalStack> {
  const log = (line: string, from: string): void => void lines.push(`${from}: ${line}`);
  stack = await startTestStack({ ...synthesised, templateFile }, { log, port });
  // This process's SDK clients keep the endpoint that they began with.
  port = Number(new URL(stack.endpoint).port);
  return stack;
}

/** A run that stays open for a while, planned and sent. */
async function openSlowRun(name: string): Promise<string> {
  const run = await uploadToy(name, [{ id: 'slow', ms: 6_000 }]);
  const isSent = async () => ((await getGroup(rootGroup(run, 1))).sentAt ? true : undefined);
  await waitFor(`${run} to be sent`, 20, isSent);
  return run;
}

/** The messages of a run's clusters, as split sent them. */
async function clusterMessages(id: string): Promise<object[]> {
  const { run, generation, kind, source, options } = await getRun(id);
  const group = rootGroup(run, generation);
  const { clusters, attempt } = await getGroup(group);
  const header = { type: 'cluster', run, generation, group, clusters, kind, source, options };
  const plan = await getJsonLines(readEnv(['results']).results, planKey(group, attempt, 0));
  return await Array.fromAsync(plan ?? [], (line) => ({ ...header, ...(line as object) }));
}

const isOfAnotherKind = (name: string): boolean =>
  name.startsWith('process-') && !name.startsWith('process-toy-');

describe('the roles of the template', () => {
  it('allow all that runs do: new and left items, failures, children, sweep, abandon', async () => {
    const { refusals, counts, lambda, sqs, functions } = await start();
    const sources: ToyLine[] = [echo('a'), echo('left'), { id: 'large', does: 'expand', children: 5 }];
    await waitForEnd(await uploadToy('published', [...sources, { id: 'bad', does: 'throw' }]));
    await waitForEnd(await uploadToy('published', [echo('a', 'new'), echo('left')]));
    await waitForEnd(await uploadToy('published', [echo('a', 'new')]));
    expect(await readPublished('published')).toEqual({ 'a.txt': 'new' });

    const abandoned = await openSlowRun('abandoned');
    const late = await openSlowRun('late');
    const swept = await lambda.invoke('sweep', { restarted: true });
    for (const message of await clusterMessages(abandoned))
      await sqs.send('clusterqueue-toy-512-deadletters', JSON.stringify(message));
    const { items } = await waitForEnd(abandoned);
    await updateRow(`run#${late}`, { set: { deadline: 1 } });
    const ended = await lambda.invoke('sweep', {});

    expect([swept.status, ended.status, items, (await waitForEnd(late)).state]).toEqual([
      'ok',
      'ok',
      { total: 1, ok: 0, failed: 1, unchanged: 0 },
      'failed',
    ]);
    expect(
      functions().filter(({ name, invocations }) => invocations === 0 && !isOfAnotherKind(name)),
    ).toEqual([]);
    expect([...counts.requests.keys()]).toEqual(
      expect.arrayContaining(['s3.CopyObject', 's3.DeleteObjects', 'dynamodb.Query', 'events.PutEvents']),
    );
    expect([Object.fromEntries(refusals), lines.filter((line) => line.includes('AccessDenied'))]).toEqual([
      {},
      [],
    ]);
  }, 90_000);

  it('let whoever writes also abort an upload, or a refusal would hide why it failed', async () => {
    const { template } = await start();
    const object = 'arn:aws:s3:::storage-results/runs/x';

    const roles = [...readRoles(template).values()].filter(
      ({ statements }) => judge(statements, 's3:PutObject', object) === 'allowed',
    );

    const verdicts = roles.map(({ statements }) => judge(statements, 's3:AbortMultipartUpload', object));
    expect(roles.length).toBeGreaterThan(2);
    expect(new Set(verdicts)).toEqual(new Set(['allowed']));
  });
});

/** A template without the statements of one action in one policy. */
async function templateWithout(policy: RegExp, action: string): Promise<string> {
  const template = JSON.parse(await readFile(synthesised.templateFile, 'utf8')) as {
    Resources: Record<
      string,
      { Properties: { PolicyDocument: { Statement: { Action: string | string[] }[] } } }
    >;
  };
  const [, found] = Object.entries(template.Resources).find(([id]) => policy.test(id)) ?? [];
  if (!found) throw new Error(`expected a resource ${policy}`);
  const document = found.Properties.PolicyDocument;
  document.Statement = document.Statement.filter(({ Action }) => ![Action].flat().includes(action));
  const file = join(synthesised.folder, `without-${action.replace(':', '-')}.json`);
  await writeFile(file, JSON.stringify(template));
  return file;
}

it('a grant that is forgotten shows in the log of the function that needs it', async () => {
  const { refusals } = await start(await templateWithout(/^FinishRoleDefaultPolicy/, 'events:PutEvents'));
  await uploadToy('silent', [echo('a')]);

  const logged = await waitFor('the refusal in the log of finish', 30, async () =>
    lines.find((line) => line.startsWith('finish: {') && line.includes('AccessDeniedException')),
  );

  const refusal =
    'User: arn:aws:sts::000000000000:assumed-role/finish-role/finish is not authorized to perform: events:PutEvents on ' +
    'resource: arn:aws:events:eu-central-1:000000000000:event-bus/default because no identity-based policy allows the ' +
    'events:PutEvents action';
  expect(logged).toContain(refusal);
  expect(lines.filter((line) => line === `local: AccessDenied: ${refusal}`)).toHaveLength(1);
  expect(refusals.get('finish events:PutEvents')).toBeGreaterThanOrEqual(1);
});

it('a consumer that may not receive from its queue is refused at the start', async () => {
  const file = await templateWithout(/^FinishRoleDefaultPolicy/, 'sqs:ReceiveMessage');
  const template = await readTemplate(file, 'http://127.0.0.1');

  expect(() => createIam(template, () => undefined)).toThrow(
    'expected a role that allows sqs:ReceiveMessage',
  );
});
