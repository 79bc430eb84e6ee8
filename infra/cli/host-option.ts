import { UsageError } from '../../shared/command/usage-error.ts';
import { toIssues } from '../../shared/safe-text/issues.ts';
import type { Config } from '../config.ts';
import { hostSettings, SECRET_SETTINGS } from '../config-hosts.ts';

type Host = Config['hosts'][string][string];

/** A host of the command line, as the config has it. */
export interface GivenHost {
  readonly name: string;
  readonly settings: Host;
}

/**
 * `hub.internal:8443,ca=authority,login=hub` → how that host is spoken to, in the words of the config; `authority` and `hub` are
 * secrets. Who names a host may also have it at a private address.
 * @throws UsageError
 */
export function parseHost(text: string): GivenHost {
  const [host = '', ...pairs] = text.split(',');
  const [, scheme, name = ''] = /^(?:(https?):\/\/)?(.*?)\/?$/.exec(host.toLowerCase()) ?? [];
  const settings = Object.fromEntries(pairs.map((pair) => toSetting(pair, text)));
  const given = { scheme: scheme ?? usualScheme(name), isPrivate: true, ...settings };
  const parsed = hostSettings.hosts.safeParse({ kind: { [name]: given } });
  const found = parsed.data?.kind?.[name];
  if (found) return { name, settings: found };
  throw new UsageError(`--host ${text}: ${parsed.error ? toIssues(parsed.error) : 'expected a host'}`);
}

function toSetting(pair: string, text: string): [string, unknown] {
  const equals = pair.indexOf('=');
  if (equals < 1) throw new UsageError(`--host ${text}: expected NAME=VALUE after the host, found "${pair}"`);
  const value = pair.slice(equals + 1);
  const name = pair.slice(0, equals).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return [name, name === 'requestsPerSecond' ? Number(value) : value];
}

/** In clear text on this machine alone. */
const usualScheme = (name: string): string =>
  /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/.test(name) ? 'http' : 'https';

/** Names of the secrets that hosts are spoken to with. */
export const secretsOf = (hosts: readonly GivenHost[]): string[] =>
  hosts.flatMap(({ settings }) => SECRET_SETTINGS.flatMap((setting) => settings[setting] ?? []));
