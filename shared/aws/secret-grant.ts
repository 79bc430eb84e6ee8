import * as z from 'zod';
import { SmallbatchError } from '../errors.ts';
import type { SecretUse } from '../kind.ts';

/** A secret as the config gives it to a kind, and as the functions' environment has it. */
export const secretGrant = z.object({
  arn: z.string(),
  /** The run option that may name it; without one, only the hosts that the kind knows may have it. */
  use: z.string().optional(),
  /** Where it may go: scheme, host and port, e.g. `https://hub.internal:8443`. */
  origins: z.array(z.string()),
});
export type SecretGrant = z.infer<typeof secretGrant>;

/**
 * Run options name secrets and say where requests go, and come with an upload: whoever may upload must not be able to have a secret
 * used for something else, sent to a server of theirs, or in clear text to one of ours. `key` is the secret's in the config.
 * @throws SmallbatchError SECRET_MISSING, ADDRESS_REFUSED
 */
export function assertGranted({ use, origins }: SecretGrant, key: string, wanted: SecretUse): void {
  const { option, to, known = [] } = wanted;
  if (use !== undefined && use !== option)
    throw refused(`expected the option ${option} to name a secret for it, found ${key}, which is for ${use}`);
  if (use === undefined && to.length === 0)
    throw refused(`${key}: expected {"arn": …, "use": "${option}"} in the config, found an ARN alone`);
  const allowed = [...origins, ...known.map((host) => `https://${host}`)].map((each) => new URL(each).origin);
  const wrong = to.find((url) => !allowed.includes(new URL(url).origin));
  if (wrong === undefined) return;
  throw new SmallbatchError(
    'ADDRESS_REFUSED',
    `expected ${key} to go to ${allowed.join(', ') || 'no server'} (hosts of the config), found ${new URL(wrong).origin}`,
  );
}

const refused = (message: string): SmallbatchError => new SmallbatchError('SECRET_MISSING', message);
