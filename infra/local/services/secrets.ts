import * as z from 'zod';
import { type Backend, readBody, respond, targetOf } from '../gateway.ts';

const input = z.object({ SecretId: z.string() });

/** Secrets Manager, as far as reading goes: the values are given by whoever starts the stack, by ARN. */
export function createSecrets(values: ReadonlyMap<string, string>): Backend {
  return {
    operation: targetOf,
    async handle(request, response, { operation }) {
      if (operation !== 'GetSecretValue')
        return respond(response, 400, { __type: 'InvalidAction', message: `no local ${operation}` });
      const { SecretId: arn } = input.parse(JSON.parse(await readBody(request)));
      const value = values.get(arn);
      if (value === undefined)
        return respond(response, 400, { __type: 'ResourceNotFoundException', message: `no secret ${arn}` });
      respond(response, 200, { ARN: arn, Name: arn.split(':').at(-1), SecretString: value });
    },
  };
}
