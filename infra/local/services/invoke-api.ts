import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Backend, readBody, respond } from '../gateway.ts';
import { LambdaException } from '../lambda/errors.ts';
import { MAX_PAYLOAD_BYTES } from '../lambda/payload.ts';
import type { LambdaService } from '../lambda/service.ts';

const ROUTE = /^\/2015-03-31\/functions\/(?<name>[^/?]+)\/invocations(?:\?|$)/;

/** The name or ARN in the path of an Invoke request; undefined for any other request. */
export function functionOf(url: string): string | undefined {
  const name = ROUTE.exec(url)?.groups?.name;
  return name === undefined ? undefined : decodeURIComponent(name);
}

/** Lambda's Invoke API (RequestResponse), for functions that call functions. Payloads pass as the bytes they are. */
export function createInvokeApi(lambda: LambdaService): Backend {
  return {
    operation: (request) => (functionOf(request.url ?? '') === undefined ? 'Unknown' : 'Invoke'),
    async handle(request, response, { operation }) {
      const name = functionOf(request.url ?? '');
      if (name === undefined) return respond(response, 400, { __type: 'InvalidAction', message: operation });
      try {
        await answer(lambda, toName(name), await readPayload(request), response);
      } catch (error) {
        if (!(error instanceof LambdaException)) throw error;
        refuse(response, error);
      }
    },
  };
}

async function answer(lambda: LambdaService, name: string, payload: string, response: ServerResponse) {
  const { status, text } = await lambda.invokeText(name, payload);
  const failed = status === 'ok' ? {} : { 'x-amz-function-error': 'Unhandled' };
  response.writeHead(200, { 'content-type': 'application/json', ...failed }).end(text);
}

async function readPayload(request: IncomingMessage): Promise<string> {
  const payload = await readBody(request, 2 * MAX_PAYLOAD_BYTES);
  if (Buffer.byteLength(payload) <= MAX_PAYLOAD_BYTES) return payload;
  const message = `Request must be smaller than ${MAX_PAYLOAD_BYTES} bytes for the InvokeFunction operation`;
  throw new LambdaException('RequestTooLargeException', message);
}

/** `arn:aws:lambda:<region>:<account>:function:<name>[:<qualifier>]` → the name. */
const toName = (nameOrArn: string): string =>
  nameOrArn.startsWith('arn:') ? (nameOrArn.split(':')[6] ?? '') : nameOrArn;

function refuse(response: ServerResponse, { name, message, statusCode }: LambdaException): void {
  const headers = { 'content-type': 'application/json', 'x-amzn-errortype': name };
  response.writeHead(statusCode, headers).end(JSON.stringify({ Type: 'User', message }));
}
