/** What the config says of other servers: which may have private addresses, and which secrets may go where. */
import * as z from 'zod';
import type { SecretGrant } from '../shared/aws/secret-grant.ts';
import type { ServerGrant } from '../shared/aws/server-grant.ts';
import type { Kind } from '../shared/kind.ts';

/** `name` or `name:port`, as a URL has it: an IPv6 address in brackets, names of other alphabets in Punycode. */
const hostName = z.string().refine(isHost, 'expected a host, as name or name:port, in small letters');

function isHost(text: string): boolean {
  const [, name = ''] = /^([^/?#@\\]+?)(?::\d{1,5})?$/.exec(text) ?? [];
  return URL.parse(`https://${text}/`) !== null && URL.parse(`https://${name}/`)?.href === `https://${name}/`;
}

/** One server of a kind. What ops need to say of it has its place here. */
const host = z.strictObject({
  /** By which it is spoken to when a secret goes there; a port that is not named is the scheme's own. */
  scheme: z.enum(['https', 'http']).default('https'),
  /** May its address be private? */
  isPrivate: z.boolean().default(false),
  /** Names of the kind's secrets that may be sent there. */
  secrets: z.array(z.string()).default([]),
  /** The proxy that requests go by, e.g. `http://proxy.internal:3128`. */
  proxy: z.url({ protocol: /^https?$/, error: 'expected an http or https URL' }).optional(),
  /** Names of secrets: `user:password` for the proxy; */
  proxyLogin: z.string().optional(),
  /** the authorities (PEM) that its certificate may be from; */
  ca: z.string().optional(),
  /** the client's certificate and key (PEM); */
  clientCertificate: z.string().optional(),
  /** `user:password` for HTTP's Basic scheme; */
  login: z.string().optional(),
  /** a Galaxy's token. */
  token: z.string().optional(),
  requestsPerSecond: z.number().positive().max(1000).optional(),
});

/** Settings of a host whose value is the name of a secret, which the server is to have. */
export const SECRET_SETTINGS = ['proxyLogin', 'ca', 'clientCertificate', 'login', 'token'] as const;

const arn = z.string().startsWith('arn:');
const secret = z.union([
  /** For the hosts that the kind knows, and no other. */
  arn,
  z.strictObject({
    arn,
    /** The run option that may name it, e.g. `token`. */
    use: z.string().min(1),
  }),
]);

const byKind = <T extends z.ZodType>(schema: T) => z.record(z.string(), schema).default({});

export const hostSettings = {
  allowedHosts: byKind(z.array(z.string().min(1))).describe(
    'Hosts (`name` or `name:port`) that may have a private address, by kind.',
  ),
  hosts: byKind(z.record(hostName, host)).describe(
    'What else is to be said of servers, by kind, by `name` or `name:port`: `scheme`, `isPrivate`, `secrets`.',
  ),
  secrets: byKind(z.record(z.string(), secret)).describe(
    'Secrets that a kind may read: by kind, by the name that run options use.',
  ),
};

type HostConfig = z.infer<z.ZodObject<typeof hostSettings>>;

/** What is wrong with secrets and where they go, by the key that is to be changed. */
export function wrongHosts(config: HostConfig, kinds: readonly Kind[]): string[] {
  return [...wrongUses(config, kinds), ...wrongPlaces(config), ...wrongNames(config)];
}

function wrongUses({ secrets }: HostConfig, kinds: readonly Kind[]): string[] {
  return kinds.flatMap(({ name: kind, secretOptions: uses = [] }) =>
    Object.entries(secrets[kind] ?? {}).flatMap(([name, given]) =>
      typeof given === 'string' || uses.includes(given.use)
        ? []
        : [`secrets.${kind}.${name}.use: expected one of ${uses.join(', ') || 'none'}, found "${given.use}"`],
    ),
  );
}

function wrongPlaces({ hosts, secrets }: HostConfig): string[] {
  return Object.entries(hosts).flatMap(([kind, byHost]) =>
    Object.entries(byHost).flatMap(([name, settings]) =>
      settings.secrets.flatMap((each, n) => {
        const key = `hosts.${kind}["${name}"].secrets[${n}]`;
        const known = secrets[kind] ?? {};
        if (typeof known[each] === 'object') return [];
        if (typeof known[each] === 'string')
          return [`${key}: expected secrets.${kind}.${each} to be {"arn": …, "use": …}, found an ARN alone`];
        return [
          `${key}: expected a name of secrets.${kind} (${Object.keys(known).join(', ') || 'none'}), found "${each}"`,
        ];
      }),
    ),
  );
}

/** Hosts that a kind may ask although their address is private. */
export function privateHostsOf(kind: string, { allowedHosts, hosts }: HostConfig): string[] {
  const named = Object.entries(hosts[kind] ?? {}).filter(([, { isPrivate }]) => isPrivate);
  return [...(allowedHosts[kind] ?? []), ...named.map(([name]) => name)];
}

/** A kind's secrets, each bound to its use and to scheme, host and port. */
export function grantsOf(kind: string, { hosts, secrets }: HostConfig): Record<string, SecretGrant> {
  const grants = Object.entries(secrets[kind] ?? {}).map(([name, given]) => {
    const { arn: id, use } = typeof given === 'string' ? { arn: given, use: undefined } : given;
    const allowing = Object.entries(hosts[kind] ?? {}).filter(([, each]) => each.secrets.includes(name));
    return [name, { arn: id, use, origins: allowing.map(([at, { scheme }]) => `${scheme}://${at}`) }];
  });
  return Object.fromEntries(grants);
}

/** How a kind speaks to servers, for those that anything but their address is said of. */
export function serversOf(kind: string, { hosts, secrets }: HostConfig): ServerGrant[] {
  const toArn = (name: string | undefined): string | undefined => {
    const found = name === undefined ? undefined : secrets[kind]?.[name];
    return typeof found === 'object' ? found.arn : found;
  };
  return Object.entries(hosts[kind] ?? {}).flatMap(([at, { scheme, proxy, requestsPerSecond, ...names }]) => {
    const arns = Object.fromEntries(SECRET_SETTINGS.map((setting) => [setting, toArn(names[setting])]));
    const said = { proxy, requestsPerSecond, ...arns };
    const isPlain = Object.values(said).every((value) => value === undefined);
    return isPlain ? [] : [{ origin: `${scheme}://${at}`, ...said }];
  });
}

function wrongNames({ hosts, secrets }: HostConfig): string[] {
  return Object.entries(hosts).flatMap(([kind, byHost]) =>
    Object.entries(byHost).flatMap(([name, settings]) =>
      SECRET_SETTINGS.filter((setting) => {
        const found = settings[setting];
        return found !== undefined && secrets[kind]?.[found] === undefined;
      }).map((setting) => {
        const names = Object.keys(secrets[kind] ?? {}).join(', ') || 'none';
        return `hosts.${kind}["${name}"].${setting}: expected a name of secrets.${kind} (${names}), found "${settings[setting]}"`;
      }),
    ),
  );
}
