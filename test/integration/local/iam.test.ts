import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createIam } from '../../../infra/local/iam/iam.ts';
import { judge } from '../../../infra/local/iam/policy.ts';
import { readRoles } from '../../../infra/local/iam/roles.ts';
import type { LocalStack } from '../../../infra/local/local-stack.ts';
import { readTemplate } from '../../../infra/local/template.ts';
import { readEnv } from '../../../shared/aws/env.ts';
import { updateRow } from '../../../shared/aws/table.ts';
import { getGroup } from '../../../shared/run/group.ts';
import { rootGroup } from '../../../shared/run/keys.ts';
import { getRun, passAgain } from '../../../shared/run/run.ts';
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

const finishOf = (run: string) => ({ type: 'finish', run, generation: 1, group: rootGroup(run, 1) });

/** The letter that a cluster is when no delivery of it found a free function. */
async function toLetter(id: string): Promise<object> {
  const { run, generation, kind, source, options } = await getRun(id);
  const place = { run, generation, group: rootGroup(run, generation), index: 0, clusters: 1 };
  const items = [{ id: 'slow', identity: '', bytes: 1, data: { id: 'slow' } }];
  return { type: 'cluster', ...place, kind, memoryMb: 512, source, options, items };
}

const isOfAnotherKind = (name: string): boolean =>
  name.startsWith('process-') && !name.startsWith('process-toy-');

/** Each statement of the functions that took part, and a call that would be refused without it. */
function describeNeeds({ statements, needed }: LocalStack['iam']) {
  const own = [...statements].filter(([name]) => !isOfAnotherKind(name));
  return own.flatMap(([name, all]) =>
    all.map((statement) => {
      const call = needed.get(statement);
      const refused = call && `${call.action} on ${call.leadingKeys?.join() ?? call.resource}`;
      return { name, text: statement.text, refused };
    }),
  );
}

/** The queues of the kinds that no run here is of. */
const isForOtherKinds = (text: string): boolean =>
  text.startsWith('Allow sqs:SendMessage') && /clusterqueue-(?!toy-)/.test(text);

describe('the roles of the template', () => {
  it('allow all that runs do, and no statement more: without any one of them, something is refused', async () => {
    const { refusals, counts, lambda, functions, iam, sqs } = await start();
    const sources: ToyLine[] = [echo('a'), echo('left'), { id: 'large', does: 'expand', children: 5 }];
    const abandoned = await uploadToy('abandoned', [{ id: 'bad', does: 'expand-badly' }]);
    const unplanned = await uploadToy('unplanned', [{ id: 'bad', does: 'throw-split' }]);
    const unjoined = await uploadToy('unjoined', [{ id: 'bad', does: 'kill-join', children: 2 }]);
    await waitForEnd(await uploadToy('broken', [{ id: 'bad', does: 'break-split' }]));
    const read = await waitForEnd(await uploadToy('read', [{ id: 'r', does: 'read', children: 2 }]));
    await waitForEnd(await uploadToy('published', [...sources, { id: 'bad', does: 'throw' }]));
    await waitForEnd(await uploadToy('published', [echo('a', 'new'), echo('left')]));
    await waitForEnd(await uploadToy('published', [echo('a', 'new')]));
    await waitForEnd(await uploadToy('killed', [{ id: 'poison', does: 'kill' }]));
    expect(await readPublished('published')).toEqual({ 'a.txt': 'new' });

    const again = await getRun(await openSlowRun('again'));
    await passAgain(again);
    await sqs.send('finishqueue', JSON.stringify({ ...finishOf(again.run), generation: 1 }));
    await waitForEnd(again.run, 60, 2);
    const unbegun = await openSlowRun('unbegun');
    await sqs.send('clusterqueue-toy-512-deadletters', JSON.stringify(await toLetter(unbegun)));
    await waitForEnd(unbegun);
    const newest = { type: 'newest', bucket: readEnv(['inbox']).inbox, prefix: 'toy/read/', suffix: '' };
    await sqs.send('intakequeue', JSON.stringify(newest));
    await waitFor(
      'the newest to be started',
      20,
      async () => (await sqs.depth('intakequeue')) === 0 || undefined,
    );
    await updateRow(`run#${read.run}`, { set: { open: 'run' }, remove: ['emittedAt'] });
    const late = await openSlowRun('late');
    const waiting = await openSlowRun('waiting');
    await updateRow(`run#${waiting}`, { set: { state: 'planning' } });
    const swept = await lambda.invoke('sweep', { restarted: true });
    await updateRow(`run#${late}`, { set: { deadline: 1 } });
    const ended = await lambda.invoke('sweep', {});

    expect([swept.status, ended.status, (await waitForEnd(late)).state]).toEqual(['ok', 'ok', 'failed']);
    expect((await waitForEnd(abandoned, 90)).items).toMatchObject({ total: 1, failed: 1 });
    expect((await waitForEnd(unplanned, 90)).state).toBe('failed');
    expect((await waitForEnd(unjoined, 90)).items).toMatchObject({ total: 1, failed: 1 });
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
    const needs = describeNeeds(iam);
    for (const { name, text, refused = 'nothing' } of needs)
      console.log(`${name}, without "${text}": refused is ${refused}`);
    expect(needs.filter(({ text, refused }) => !refused && !isForOtherKinds(text))).toEqual([]);
  }, 200_000);

  it('let whoever writes also abort an upload, or a refusal would hide why it failed', async () => {
    const { template } = await start();
    const object = 'arn:aws:s3:::storage-results/runs/toy-x';

    const roles = [...readRoles(template).values()].filter(
      ({ statements }) => judge(statements, { action: 's3:PutObject', resource: object }) === 'allowed',
    );

    const verdicts = roles.map(({ statements }) =>
      judge(statements, { action: 's3:AbortMultipartUpload', resource: object }),
    );
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
