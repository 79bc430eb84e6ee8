import type { KindContext } from '../../kind.ts';
import type { GalaxyOptions } from './schema.ts';

/** Whose tokens these are: the community's server, and Red Hat's with its single sign-on. */
const KNOWN_HOSTS = ['galaxy.ansible.com', 'console.redhat.com', 'sso.redhat.com'];

/** The upstream's token, if the options name one. @throws SmallbatchError ADDRESS_REFUSED, SECRET_MISSING */
export async function readToken({
  options: { token, server, authUrl },
  secret,
}: Pick<KindContext<GalaxyOptions>, 'options' | 'secret'>): Promise<string | undefined> {
  if (token === undefined) return undefined;
  const to = [server, ...(authUrl === undefined ? [] : [authUrl])];
  return await secret(token, { option: 'token', to, known: KNOWN_HOSTS });
}
