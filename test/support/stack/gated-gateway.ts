import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { Counter } from '../../../infra/local/counts.ts';
import { type Gate, readBody, respond, startGateway, targetOf } from '../../../infra/local/gateway.ts';
import { createS3, operationOf } from '../../../infra/local/s3/api.ts';

/** Whose calls pass no gate. */
export const OUTSIDE = 'outside';

export interface CallOptions {
  /** `worker` unless it is said. */
  readonly caller?: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

export interface GatedGateway {
  call(service: string, method: string, path: string, options?: CallOptions): Promise<Response>;
  callJson(service: string, operation: string, body: object, caller?: string): Promise<Response>;
  /** Operations of the JSON services that were done, in their order. */
  readonly done: readonly string[];
  stop(): Promise<void>;
}

/** The gateway behind a gate, with JSON services that answer what they got, and a real S3 that has the object `b/there`. */
export async function startGated(gate: Gate, folder: string): Promise<GatedGateway> {
  const gateway = await startGateway(new Counter(), new Set([OUTSIDE]));
  gateway.guard(gate);
  const done: string[] = [];
  for (const service of ['sqs', 'dynamodb', 'events']) {
    gateway.serve(service, {
      operation: targetOf,
      async handle(request, response, { operation }) {
        const got = await readBody(request);
        done.push(operation);
        respond(response, 200, { got });
      },
    });
  }
  const s3 = await createS3({ folder: await mkdtemp(join(folder, 's3-')) });
  await s3.createBucket('b', { versioned: false });
  gateway.serve('s3', {
    operation: ({ method = '', url = '', headers }) => operationOf(method, url, headers),
    handle: async (request, response) => void (await s3.handle(request, response)),
  });

  const call: GatedGateway['call'] = async (service, method, path, options = {}) => {
    const { caller = 'worker', body, headers } = options;
    const scope = `${caller}/20261121/eu-central-1/${service}/aws4_request`;
    const authorization = `AWS4-HMAC-SHA256 Credential=${scope}`;
    const sent = body === undefined ? {} : { body };
    return await fetch(`${gateway.endpoint}${path}`, {
      method,
      headers: { authorization, ...headers },
      ...sent,
    });
  };
  await call('s3', 'PUT', '/b/there', { caller: OUTSIDE, body: 'here' });
  return {
    call,
    callJson: (service, operation, body, caller = 'worker') => {
      const headers = { 'x-amz-target': `Target.${operation}` };
      return call(service, 'POST', '/', { caller, body: JSON.stringify(body), headers });
    },
    done,
    async stop() {
      await gateway.stop();
      await s3.close();
    },
  };
}
