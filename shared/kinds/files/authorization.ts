import type { KindContext } from '../../kind.ts';
import type { FilesOptions } from './schema.ts';

type Context = Pick<KindContext<FilesOptions>, 'options' | 'secret'>;

/**
 * The Authorization of a request, if the options name one: for the server that they name, too. A list may name other servers,
 * which do not get it. @throws SmallbatchError SECRET_MISSING, ADDRESS_REFUSED
 */
export async function toAuthorization(
  url: string,
  { options: { authorization, baseUrl = '' }, secret }: Context,
): Promise<Record<string, string>> {
  if (authorization === undefined || new URL(url).origin !== URL.parse(baseUrl)?.origin) return {};
  return { authorization: await secret(authorization, { option: 'authorization', to: [baseUrl] }) };
}
