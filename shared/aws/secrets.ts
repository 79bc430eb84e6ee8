import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { SmallbatchError } from '../errors.ts';
import { hideSecret } from '../safe-text/secrets.ts';
import { readEnv } from './env.ts';

/** A token that was changed is used after this long. */
const KEPT_MS = 300_000;

const arnsByKind = z.record(z.string(), z.record(z.string(), z.string()));
const kept = new Map<string, { readonly value: string; readonly until: number }>();

/**
 * The value of a secret, by the name that the stack's config gives it. Values never get into messages, results or logs.
 * @throws SmallbatchError SECRET_MISSING
 */
export async function readSecret(kind: string, name: string): Promise<string> {
  const arn = toArn(kind, name);
  const found = kept.get(arn);
  if (found && found.until > Date.now()) return found.value;
  const value = await fetchSecret(name, arn);
  kept.set(arn, { value, until: Date.now() + KEPT_MS });
  return value;
}

function toArn(kind: string, name: string): string {
  const arns = arnsByKind.parse(JSON.parse(readEnv(['secrets']).secrets))[kind] ?? {};
  const arn = arns[name];
  if (arn !== undefined) return arn;
  const names = Object.keys(arns).join(', ') || 'none';
  throw new SmallbatchError(
    'SECRET_MISSING',
    `expected a secret that the config has for ${kind} (${names}), found "${name}"`,
  );
}

async function fetchSecret(name: string, arn: string): Promise<string> {
  const { SecretString: value } = await new SecretsManagerClient().send(
    new GetSecretValueCommand({ SecretId: arn }),
  );
  if (value) {
    hideSecret(value);
    return value;
  }
  throw new SmallbatchError('SECRET_MISSING', `expected the secret "${name}" to have a value, found none`);
}
