import { assertSecretHost } from '../../http/secret-host.ts';
import type { KindContext } from '../../kind.ts';
import type { GalaxyOptions } from './schema.ts';

/** Whose tokens these are: the community's server, and Red Hat's with its single sign-on. */
const KNOWN_HOSTS = ['galaxy.ansible.com', 'console.redhat.com', 'sso.redhat.com'];

/** The upstream's token, if the options name one. @throws SmallbatchError ADDRESS_REFUSED, SECRET_MISSING */
export async function readToken(
  context: Pick<KindContext<GalaxyOptions>, 'options' | 'allowedHosts' | 'secret'>,
): Promise<string | undefined> {
  const { token, server, authUrl } = context.options;
  if (token === undefined) return undefined;
  for (const url of [server, ...(authUrl === undefined ? [] : [authUrl])])
    assertSecretHost(url, context.allowedHosts, KNOWN_HOSTS);
  return await context.secret(token);
}
