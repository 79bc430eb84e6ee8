import { readFile } from 'node:fs/promises';
import { UsageError } from '../../shared/command/usage-error.ts';
import type { Kind } from '../../shared/kind.ts';
import type { Config } from '../config.ts';
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../local/template.ts';
import { type Settings, toPairs } from './settings.ts';
import type { LocalSettings } from './synth.ts';

type Host = Config['hosts'][string][string];

const toArn = (name: string): string =>
  `arn:aws:secretsmanager:${LOCAL_REGION}:${LOCAL_ACCOUNT}:secret:${name}`;

/**
 * Hosts and secrets that are given for this run, as the config has them: a secret is for the option that names it, and may go to the
 * hosts that are given. @throws UsageError
 */
export async function toLocalSettings(kind: Kind, chosen: Settings) {
  const files = toPairs('--secret NAME=FILE', chosen.secret);
  const uses = toUses(kind, toPairs('--option KEY=VALUE', chosen.option), files);
  const values = Object.entries(files).map(
    async ([name, file]) => [toArn(name), await readSecretFile(name, file)] as const,
  );
  const secrets = uses.entries().map(([name, use]) => [name, { arn: toArn(name), use }] as const);
  const hosts = chosen['allow-host'].map((text) => toHost(text, [...uses.keys()]));
  const settings: LocalSettings = {
    ...(hosts.length > 0 ? { hosts: { [kind.name]: Object.fromEntries(hosts) } } : {}),
    ...(uses.size > 0 ? { secrets: { [kind.name]: Object.fromEntries(secrets) } } : {}),
  };
  return { settings, secrets: new Map(await Promise.all(values)) };
}

/** Secrets by the options that name them. @throws UsageError where one is named and not given, or given and not named */
function toUses(
  { secretOptions = [] }: Kind,
  options: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>>,
): Map<string, string> {
  const uses = new Map<string, string>();
  for (const [option, name] of Object.entries(options)) {
    const use = option.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    if (!secretOptions.includes(use)) continue;
    // what was found may be the secret itself
    if (!Object.hasOwn(files, name))
      throw new UsageError(
        `option ${option}: expected the name of a secret that --secret NAME=FILE gives, found another value`,
      );
    uses.set(name, use);
  }
  const idle = Object.keys(files).find((name) => !uses.has(name));
  if (idle === undefined) return uses;
  const expected = secretOptions.join(', ') || 'this kind has none';
  throw new UsageError(`--secret ${idle}: expected an option that names it (${expected}), found none`);
}

/** `name:port` is spoken to by https; with `http://` before it, or on this machine, in clear text. */
function toHost(text: string, secrets: string[]): [string, Host] {
  const [, scheme, host = ''] = /^(?:(https?):\/\/)?(.*?)\/?$/.exec(text.toLowerCase()) ?? [];
  const isHere = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/.test(host);
  const usual = isHere ? 'http' : 'https';
  return [
    host,
    { scheme: scheme === 'http' || scheme === 'https' ? scheme : usual, isPrivate: true, secrets },
  ];
}

async function readSecretFile(name: string, file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw new UsageError(`--secret ${name}: expected a file that can be read, found none at ${file}`, {
      cause: error,
    });
  }
}
