import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { SmallbatchError } from '../errors.ts';
import type { SecretUse } from '../kind.ts';
import { hideSecret } from '../safe-text/secrets.ts';
import { readEnv } from './env.ts';
import { assertGranted, type SecretGrant, secretGrant } from './secret-grant.ts';

/** A token that was changed is used after this long. */
const KEPT_MS = 300_000;
/** A longer name is none: somebody wrote the value in its place. */
const NAME_CHARS = 24;

const grantsByKind = z.record(z.string(), z.record(z.string(), secretGrant));

const kept = new Map<string, { readonly value: string; readonly until: number }>();

/**
 * The value of a secret, by the name that the stack's config gives it, for a use and for places that the config allows. Values
 * never get into messages, results or logs.
 * @throws SmallbatchError SECRET_MISSING, ADDRESS_REFUSED
 */
export async function readSecret(kind: string, name: string, wanted: SecretUse): Promise<string> {
  const { arn } = toGrant(kind, name, wanted);
  const value = await readKept(name, arn);
  // what goes nowhere is no secret (public keys), and may well be quoted
  if (wanted.to.length > 0) hideSecret(value);
  return value;
}

/** The value of a secret that the config itself has a use for. @throws SmallbatchError SECRET_MISSING */
export async function readSecretByArn(arn: string): Promise<string> {
  const value = await readKept(arn, arn);
  hideSecret(value);
  return value;
}

async function readKept(name: string, arn: string): Promise<string> {
  const found = kept.get(arn);
  const value = found && found.until > Date.now() ? found.value : await fetchSecret(name, arn);
  if (value !== found?.value) kept.set(arn, { value, until: Date.now() + KEPT_MS });
  return value;
}

function toGrant(kind: string, name: string, wanted: SecretUse): SecretGrant {
  const grants = grantsByKind.parse(JSON.parse(readEnv(['secrets']).secrets))[kind] ?? {};
  const found = grants[name];
  if (!found) {
    const names = Object.keys(grants).join(', ') || 'none';
    const shown = name.length <= NAME_CHARS ? `"${name}"` : `a name of ${name.length} characters`;
    const message = `expected the option ${wanted.option} to name a secret of ${kind} (${names}), found ${shown}`;
    throw new SmallbatchError('SECRET_MISSING', message);
  }
  assertGranted(found, `secrets.${kind}.${name}`, wanted);
  return found;
}

async function fetchSecret(name: string, arn: string): Promise<string> {
  const { SecretString: value } = await new SecretsManagerClient().send(
    new GetSecretValueCommand({ SecretId: arn }),
  );
  if (value) return value;
  throw new SmallbatchError('SECRET_MISSING', `expected the secret "${name}" to have a value, found none`);
}
