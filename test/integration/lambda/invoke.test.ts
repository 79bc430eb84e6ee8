import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EnforcedLambdaService } from '../../../infra/local/lambda/service.ts';
import { type Fixture, makeFixture, startFixture } from './fixture.ts';

let fixture: Fixture;
let lambda: EnforcedLambdaService & { readonly lines: string[] };

beforeAll(async () => {
  process.env.SMALLBATCH_TEST_SECRET = 'must stay here';
  fixture = await makeFixture();
  const names = [
    'echo',
    'nothing',
    'environment',
    'remaining',
    'print',
    'lastWords',
    'big',
    'scratch',
    'missing',
    'callback',
  ];
  const failing = ['throwNow', 'throwLater', 'throwText', 'reject', 'throwBeside', 'exit', 'abort'];
  lambda = await startFixture(fixture, [
    ...[...names, ...failing].map((name) => fixture.spec(name)),
    ...['broken', 'lost', 'failing', 'absent'].map((name) =>
      fixture.spec(name, { handler: `${name}.handler` }),
    ),
    fixture.spec('bare', { handler: 'handlers' }),
    fixture.spec('late', { handler: 'handlers.sleep', timeoutSeconds: 1 }),
    fixture.spec('spin', { timeoutSeconds: 1 }),
    fixture.spec('small', { handler: 'handlers.scratch', ephemeralMb: 1 }),
  ]);
});

afterAll(async () => {
  delete process.env.SMALLBATCH_TEST_SECRET;
  await lambda.stop();
  await fixture.remove();
});

describe('what a handler is given', () => {
  test('event and context arrive, the value comes back', async () => {
    const event = { text: 'Grüße 🌍', list: [1, null, { deep: true }] };

    const result = await lambda.invoke('echo', event);

    expect(result).toMatchObject({
      status: 'ok',
      payload: {
        event,
        context: {
          awsRequestId: result.requestId,
          functionName: 'echo',
          memoryLimitInMB: '256',
          invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:echo',
        },
      },
    });
  });

  test('no value is null', async () => {
    expect((await lambda.invoke('nothing', {})).payload).toBeNull();
  });

  test('the environment is Lambda’s and the function’s own, not the parent’s', async () => {
    const { payload } = await lambda.invoke('environment', {});

    expect(payload).toMatchObject({
      AWS_LAMBDA_FUNCTION_NAME: 'environment',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      LAMBDA_TASK_ROOT: fixture.folder,
      _HANDLER: 'handlers.environment',
      TZ: ':UTC',
      _X_AMZN_TRACE_ID: expect.stringMatching(
        /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/,
      ),
      TMPDIR: expect.stringContaining(fixture.stateDir),
    });
    expect(payload).not.toHaveProperty('SMALLBATCH_TEST_SECRET');
  });

  test('the remaining time starts at the timeout and falls', async () => {
    const { payload } = await lambda.invoke('remaining', 200);

    const [before, after] = payload as [number, number];
    expect(before).toBeGreaterThan(9_000);
    expect(before).toBeLessThanOrEqual(10_000);
    expect(before - after).toBeGreaterThanOrEqual(190);
  });
});

describe('how an invocation fails', () => {
  test.each([
    ['throwNow', 'error', 'TypeError', 'thrown at once'],
    ['throwLater', 'error', 'RangeError', 'thrown later'],
    ['throwText', 'error', 'string', 'just text'],
    ['reject', 'error', 'Runtime.UnhandledPromiseRejection', 'nobody waits'],
    ['throwBeside', 'error', 'Error', 'beside'],
    ['missing', 'error', 'Runtime.HandlerNotFound', 'handlers.missing is undefined or not exported'],
    ['callback', 'error', 'Runtime.CallbackHandlerDeprecated', 'take no callback'],
    ['bare', 'error', 'Runtime.MalformedHandlerName', '"handlers" has no export'],
    ['absent', 'error', 'Runtime.ImportModuleError', 'Cannot find module'],
    ['lost', 'error', 'Runtime.ImportModuleError', 'not-there.js'],
    ['broken', 'error', 'Runtime.UserCodeSyntaxError', 'Unexpected end of input'],
    ['failing', 'error', 'URIError', 'at import'],
    ['exit', 'exited', 'Runtime.ExitError', 'Runtime exited with error: exit status 7'],
    ['abort', 'killed', 'Runtime.ExitError', 'Runtime exited with error: signal: aborted'],
    ['late', 'timeout', 'Sandbox.Timedout', 'Task timed out after 1.00 seconds'],
    ['spin', 'timeout', 'Sandbox.Timedout', 'Task timed out after 1.00 seconds'],
  ])('%s: %s, %s', async (name, status, errorType, message) => {
    const event = name === 'exit' ? 7 : 60_000;

    const result = await lambda.invoke(name, event);

    expect(result).toMatchObject({ status, errorType, payload: { errorType } });
    expect(result.errorMessage).toContain(message);
  });

  test('an exit and a signal are told apart', async () => {
    expect(await lambda.invoke('exit', 0)).toMatchObject({ status: 'exited', exitCode: 0 });
    expect(await lambda.invoke('abort', 0)).toMatchObject({ status: 'killed', signal: 'SIGABRT' });
  });

  test('the time limit is billed, no more', async () => {
    const { durationMs, billedMs, initMs } = await lambda.invoke('late', 60_000);

    expect(durationMs).toBe(1_000);
    expect(billedMs).toBe(Math.ceil(1_000 + initMs));
  });

  test('an answer over 6 MiB is an error, and the instance lives', async () => {
    const tooBig = await lambda.invoke('big', 7_000_000);
    const next = await lambda.invoke('big', 3);

    expect(tooBig).toMatchObject({ status: 'error', errorType: 'Function.ResponseSizeTooLarge' });
    expect(next).toMatchObject({ status: 'ok', payload: 'xxx', initMs: 0 });
  });

  test.each([
    ['nobody', {}, 'ResourceNotFoundException', 404],
    ['echo', 'x'.repeat(7_000_000), 'RequestTooLargeException', 413],
  ])('%s: refused before it begins', async (name, event, error, statusCode) => {
    await expect(lambda.invoke(name, event)).rejects.toMatchObject({ name: error, statusCode });
  });
});

describe('what is logged', () => {
  test('START, the function’s lines, END and REPORT, in this order', async () => {
    lambda.lines.length = 0;

    const { requestId } = await lambda.invoke('print', 'one\ntwo');
    await lambda.invoke('print', ' and the rest\n');

    expect(lambda.lines.slice(0, 2)).toEqual([`START RequestId: ${requestId} Version: $LATEST`, 'one']);
    expect(lambda.lines[2]).toBe(`END RequestId: ${requestId}`);
    expect(lambda.lines[3]).toMatch(
      /^REPORT RequestId: \S+\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 256 MB\tProcess Peak RSS: \d+ MB\tInit Duration: [\d.]+ ms$/,
    );
    expect(lambda.lines[5]).toBe('two and the rest');
  });

  test('the last words of an instance that ends come before its END', async () => {
    lambda.lines.length = 0;

    const { requestId } = await lambda.invoke('lastWords', 'that was it');

    expect(lambda.lines.slice(1, 4)).toEqual([
      'that was it',
      `RequestId: ${requestId} Error: Runtime exited with error: exit status 1 Runtime.ExitError`,
      `END RequestId: ${requestId}`,
    ]);
  });

  test('a line without an end is cut at 256 KiB', async () => {
    lambda.lines.length = 0;

    await lambda.invoke('print', `${'y'.repeat(1_000_000)}\nz\n`);
    await expect.poll(() => lambda.lines).toContain('z');

    const long = lambda.lines.filter((line) => line.startsWith('yyy'));
    expect(long).toHaveLength(1);
    expect(long[0]).toMatch(/y …\[cut\]$/);
    expect(long[0]?.length).toBeLessThan(256 * 1024 + 20);
  });

  test('more in TMPDIR than the function has is said', async () => {
    lambda.lines.length = 0;

    await lambda.invoke('scratch', 2);
    await lambda.invoke('small', 2);

    const warnings = lambda.lines.filter((line) => line.startsWith('WARN ephemeral storage'));
    expect(warnings).toEqual([expect.stringContaining('expected at most 1 MB in TMPDIR, found 2 MB')]);
  });
});
