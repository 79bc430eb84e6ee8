import { readFile } from 'node:fs/promises';
import { UsageError } from '../../shared/command/usage-error.ts';
import type { Kind } from '../../shared/kind.ts';
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../local/template.ts';
import { parseHost, secretsOf } from './host-option.ts';
import { type Settings, toPairs } from './settings.ts';
import type { LocalSettings } from './synth.ts';

const toArn = (name: string): string =>
  `arn:aws:secretsmanager:${LOCAL_REGION}:${LOCAL_ACCOUNT}:secret:${name}`;

/**
 * Hosts and secrets that are given for this run, as the config has them: a secret is for the option that names it, and may go to the
 * hosts that are given. @throws UsageError
 */
export async function toLocalSettings(kind: Kind, chosen: Settings) {
  const files = toPairs('--secret NAME=FILE', chosen.secret);
  const spoken = chosen.host.map(parseHost);
  const uses = toUses(kind, toPairs('--option KEY=VALUE', chosen.option), files);
  assertGiven([...uses.keys(), ...secretsOf(spoken)], files, kind);
  const values = Object.entries(files).map(
    async ([name, file]) => [toArn(name), await readSecretFile(name, file)] as const,
  );
  const secrets = [
    ...secretsOf(spoken).map((name) => [name, toArn(name)] as const),
    ...uses.entries().map(([name, use]) => [name, { arn: toArn(name), use }] as const),
  ];
  const allowed = [...chosen['allow-host'].map(parseHost), ...spoken];
  const hosts = allowed.map(({ name, settings: given }): [string, typeof given] => [
    name,
    { ...given, secrets: [...uses.keys()] },
  ]);
  const settings: LocalSettings = {
    ...(hosts.length > 0 ? { hosts: { [kind.name]: Object.fromEntries(hosts) } } : {}),
    ...(secrets.length > 0 ? { secrets: { [kind.name]: Object.fromEntries(secrets) } } : {}),
  };
  return { settings, secrets: new Map(await Promise.all(values)) };
}

/** Secrets by the options that name them. @throws UsageError where one is named and not given */
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
  return uses;
}

/** @throws UsageError for a secret that a host names and that is not given, or one that is given and nothing names */
function assertGiven(
  named: readonly string[],
  files: Readonly<Record<string, string>>,
  { secretOptions = [] }: Kind,
): void {
  const missing = named.find((name) => !Object.hasOwn(files, name));
  if (missing !== undefined)
    throw new UsageError(
      `--host: expected --secret ${missing}=FILE to give the secret that it names, found none`,
    );
  const idle = Object.keys(files).find((name) => !named.includes(name));
  if (idle === undefined) return;
  const expected = secretOptions.join(', ') || 'this kind has none';
  throw new UsageError(
    `--secret ${idle}: expected an option (${expected}) or a --host that names it, found none`,
  );
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
