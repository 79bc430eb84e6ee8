import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import { readEnv } from './env.ts';
import { SmallbatchError } from './errors.ts';

/** A token that was changed is used after this long. */
const KEPT_MS = 300_000;

const arnsByName = z.record(z.string(), z.string());
const kept = new Map<string, { readonly value: string; readonly until: number }>();

/**
 * The value of a secret, by the name that the stack's config gives it. Values never get into messages, results or logs.
 * @throws SmallbatchError SECRET_MISSING
 */
export async function readSecret(name: string): Promise<string> {
  const found = kept.get(name);
  if (found && found.until > Date.now()) return found.value;
  const value = await fetchSecret(name);
  kept.set(name, { value, until: Date.now() + KEPT_MS });
  return value;
}

async function fetchSecret(name: string): Promise<string> {
  const arns = arnsByName.parse(JSON.parse(readEnv(['secrets']).secrets));
  const arn = arns[name];
  if (arn === undefined) {
    const names = Object.keys(arns).join(', ') || 'none';
    throw new SmallbatchError(
      'SECRET_MISSING',
      `expected a secret of the config (it names: ${names}), found "${name}"`,
    );
  }
  const { SecretString: value } = await new SecretsManagerClient().send(
    new GetSecretValueCommand({ SecretId: arn }),
  );
  if (value) return value;
  throw new SmallbatchError('SECRET_MISSING', `expected the secret "${name}" to have a value, found none`);
}
