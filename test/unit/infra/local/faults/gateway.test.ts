import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createFaults } from '../../../../../infra/local/faults/faults.ts';
import type { Faults } from '../../../../../infra/local/faults/rules.ts';
import { type GatedGateway, OUTSIDE, startGated } from '../../../../support/stack/gated-gateway.ts';

type Fault = Faults['rules'][number]['fault'];

describe('a fault through the gateway', () => {
  let folder: string;
  let gateway: GatedGateway | undefined;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'smallbatch-faults-'));
  });
  afterEach(async () => {
    await gateway?.stop();
    gateway = undefined;
  });
  afterAll(async () => await rm(folder, { recursive: true }));

  async function start(fault: Fault) {
    const faults = createFaults({ rules: [{ fault, every: 1 }] });
    gateway = await startGated(faults.gate, folder);
    return { ...gateway, injected: faults.injected };
  }

  it.each<[string, Fault, number, string]>([
    ['sqs', 'throttle', 400, 'RequestThrottled'],
    ['dynamodb', 'throttle', 400, 'ThrottlingException'],
    ['events', 'throttle', 400, 'ThrottlingException'],
    ['sqs', 'error', 500, 'InternalFailure'],
    ['dynamodb', 'error', 500, 'InternalServerError'],
    ['events', 'error', 500, 'InternalException'],
  ])('%s answers a %s', async (service, fault, status, code) => {
    const { callJson, done, injected } = await start(fault);

    const response = await callJson(service, 'Do', { text: 'x'.repeat(100_000) });

    expect([response.status, await response.json()]).toEqual([
      status,
      { __type: code, message: expect.any(String) },
    ]);
    expect(done).toEqual([]);
    expect(Object.fromEntries(injected)).toEqual({ [`${service} ${fault}`]: 1 });
  });

  it.each<[Fault, number, string]>([
    ['throttle', 503, '<Code>SlowDown</Code>'],
    ['error', 500, '<Code>InternalError</Code>'],
  ])('S3 answers a %s', async (fault, status, code) => {
    const { call } = await start(fault);

    const response = await call('s3', 'PUT', '/b/k', { body: 'x'.repeat(1_000_000) });

    expect([response.status, await response.text()]).toEqual([status, expect.stringContaining(code)]);
    expect((await call('s3', 'GET', '/b/k', { caller: OUTSIDE })).status).toBe(404);
  });

  it.each<[Fault, string[], number]>([
    ['reset', [], 404],
    ['lost', ['Send'], 200],
  ])('%s: the connection ends; done by then: %o', async (fault, expected, stored) => {
    const { call, callJson, done } = await start(fault);

    await expect(callJson('sqs', 'Send', {})).rejects.toThrow('fetch failed');
    await expect(call('s3', 'PUT', '/b/k', { body: 'k' })).rejects.toThrow('fetch failed');
    await expect(call('s3', 'GET', '/b/there')).rejects.toThrow('fetch failed');

    expect(done).toEqual(expected);
    expect((await call('s3', 'GET', '/b/k', { caller: OUTSIDE })).status).toBe(stored);
  });

  it('a delay holds the call back and lets it pass', async () => {
    const { callJson, done } = await start({ delayMs: 150 });
    const started = performance.now();

    const response = await callJson('sqs', 'Send', {});

    expect(response.status).toBe(200);
    expect(done).toEqual(['Send']);
    expect(performance.now() - started).toBeGreaterThan(140);
  });

  it('nothing happens to a call from outside', async () => {
    const { callJson, injected } = await start('reset');

    const response = await callJson('sqs', 'Send', {}, OUTSIDE);

    expect([response.status, injected.size]).toEqual([200, 0]);
  });
});
