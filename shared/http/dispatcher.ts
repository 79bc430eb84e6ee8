import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { buildConnector, type Dispatcher, EnvHttpProxyAgent, ProxyAgent } from 'undici';
import type { ServerSettings } from '../server-settings.ts';
import { assertPublic, isAllowed, type Target, toTarget } from './address.ts';

/** Requests at work at once per origin; a caller that wants more waits. */
const CONNECTIONS = 16;

/**
 * Names are checked where connections are made: what DNS says is judged and used in one step, so a name cannot change its
 * address in between. A proxy (the server's own, else HTTP_PROXY, HTTPS_PROXY, NO_PROXY) is the admin's and is not judged.
 */
export function openDispatcher(
  allowedHosts: readonly string[],
  connectMs: number,
  { proxy, ca, clientCertificate }: Partial<ServerSettings> = {},
): Dispatcher {
  // HTTP/1.1: a reply that is read slowly holds back its own socket only.
  const tls = { allowH2: false, ca, cert: clientCertificate, key: clientCertificate };
  const options = { ...tls, timeout: connectMs };
  const connectFreely = buildConnector(options);
  const agent = {
    connections: CONNECTIONS,
    connectTimeout: connectMs,
    requestTls: tls,
    connect(to: buildConnector.Options, callback: buildConnector.Callback) {
      const target = toTarget(new URL(`${to.protocol}//${to.host ?? to.hostname}`));
      const connect = isAllowed(target, allowedHosts)
        ? connectFreely
        : buildConnector({ ...options, lookup: publicLookup(target) });
      connect(to, callback);
    },
  };
  if (!proxy) return new EnvHttpProxyAgent(agent);
  const { connect: _, ...rest } = agent;
  return new ProxyAgent({ ...rest, uri: proxy.url, token: proxy.authorization });
}

/** Fails unless every address of the name is public. */
function publicLookup(target: Target): LookupFunction {
  return (name, options, callback) => {
    lookup(name, { ...options, all: true }, (error, addresses) => {
      const failure = error ?? refusalOf(addresses, target);
      if (failure) callback(failure, []);
      else if (options.all) callback(null, addresses);
      else callback(null, addresses[0]?.address ?? '', addresses[0]?.family);
    });
  };
}

function refusalOf(addresses: readonly { address: string }[], target: Target): Error | undefined {
  try {
    for (const { address } of addresses) assertPublic(address, target);
    return undefined;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}
