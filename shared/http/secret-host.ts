import { SmallbatchError } from '../errors.ts';
import { isAllowed, toTarget } from './address.ts';

/**
 * Run options say where requests go, and come with an upload: whoever may upload must not be able to have a secret of the
 * stack sent to a server of theirs. So it only goes to hosts that the config allows, and to those known to be its own.
 * @throws SmallbatchError ADDRESS_REFUSED
 */
export function assertSecretHost(
  url: string,
  allowedHosts: readonly string[],
  known: readonly string[],
): void {
  const target = toTarget(new URL(url));
  if (isAllowed(target, [...allowedHosts, ...known])) return;
  throw new SmallbatchError(
    'ADDRESS_REFUSED',
    `expected a secret to go to a host that the config allows (allowedHosts), found ${target.host}:${target.port}`,
  );
}
