import * as z from 'zod';

/** `namespace.name`; each half by Galaxy's own rule. */
const COLLECTION = /^[a-z_][a-z0-9_]{0,99}\.[a-z_][a-z0-9_]{0,99}$/i;

const DEFAULT_SERVER = 'https://galaxy.ansible.com/api/';

/** `true` or `"true"`, as a command line gives it. */
const flag = z.union([z.boolean(), z.stringbool({ truthy: ['true'], falsy: ['false'] })]);

/** A folder's URL: it ends in a slash, and other paths can be put behind it. */
export const folderUrl = z
  .url({ protocol: /^https?$/, error: 'expected an http or https URL' })
  .refine(isPlain, 'expected a URL without credentials, query and fragment')
  .transform((url) => (url.endsWith('/') ? url : `${url}/`));

function isPlain(text: string): boolean {
  const url = URL.parse(text);
  return (
    url !== null && `${url.username}${url.password}${url.search}${url.hash}` === '' && !/[?#]/.test(text)
  );
}

/** Names of collections, as a list or as text with commas between them. */
const names = z
  .union([z.array(z.string()), z.string().transform((text) => text.split(',').map((name) => name.trim()))])
  .pipe(z.array(z.string().regex(COLLECTION, 'expected collections as ns.name, with commas between them')));

/** The name of a secret in the stack's config. Its value is never an option: options lie open beside the source. */
const secretName = z.string().min(1);

/** Run options; an unknown one is refused. Each may be written `signedOnly` or `signed-only`, and as text. */
export const options = z.preprocess(
  toCamelCase,
  z
    .strictObject({
      server: folderUrl
        .default(DEFAULT_SERVER)
        .describe('The Galaxy to mirror: the URL that answers with `available_versions`.'),
      baseUrl: folderUrl
        .optional()
        .describe(
          "Where readers will find this mirror's folder; the index needs it for its download addresses.",
        ),
      latest: z.coerce
        .number()
        .int()
        .positive()
        .optional()
        .describe("Mirror only so many versions, the highest, of what a requirement's range has."),
      dependencies: flag.default(true).describe('Mirror what the collections depend on, too.'),
      excludes: names
        .default([])
        .describe(
          'Dependencies that readers have from elsewhere, as `ns.name,ns.name`: they are not mirrored.',
        ),
      roles: z
        .enum(['refuse', 'ignore'])
        .default('refuse')
        .describe(
          '`ignore`: roles in the file are left out, and the report says how many; `refuse`: they end the run.',
        ),
      signedOnly: flag
        .default(false)
        .describe('A version that has no signature (with a keyring: none that is valid) fails.'),
      token: secretName.optional().describe("Name of the secret that is the upstream's token."),
      authUrl: z
        .url({ protocol: /^https?$/, error: 'expected an http or https URL' })
        .optional()
        .describe('Where a refresh token is exchanged for one that the server takes (Automation Hub).'),
      mirror: flag
        .default(false)
        .describe('Versions that are gone upstream, or no longer required, leave the mirror.'),
      prereleases: flag
        .default(false)
        .describe('Ranges choose prereleases, too; else only an exact version does.'),
      keyring: secretName
        .optional()
        .describe('Name of the secret that has the ASCII-armoured public keys to check signatures with.'),
      docs: flag
        .default(false)
        .describe(
          'Mirror the rendered documentation, too: 3 MB a version, which Pulp keeps and no Ansible client asks for.',
        ),
      reindex: flag
        .default(false)
        .describe('Ask the upstream nothing: only the index is written anew, from what the last run left.'),
    })
    .refine(({ authUrl, token }) => authUrl === undefined || token !== undefined, {
      path: ['authUrl'],
      error: 'expected a token to exchange there, found none',
    }),
);

export type GalaxyOptions = z.infer<typeof options>;

/** `base-url` → `baseUrl`; one that is written both ways is left as it is, and so refused. */
function toCamelCase(given: unknown): unknown {
  if (typeof given !== 'object' || given === null) return given;
  const entries = Object.entries(given).map(([name, value]) => {
    const camel = name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    return [camel !== name && camel in given ? name : camel, value];
  });
  return Object.fromEntries(entries);
}
