import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

/** What a test says of one collection version; the rest is made up. */
export interface VersionSpec {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly tags?: readonly string[];
  readonly requiresAnsible?: string;
  /** `other`: by a key that no keyring has; `wrong`: over another text; by a key that expired, or was revoked, since. */
  readonly signed?: boolean | 'other' | 'wrong' | 'expired' | 'revoked';
  /** Bytes of a file that does not compress, to make the tarball large. */
  readonly payloadBytes?: number;
  /** Bytes that the version's detail has in `files` and `manifest`. */
  readonly detailBytes?: number;
  readonly docsBytes?: number;
  /** Where MANIFEST.json stands: first, as Galaxy's own tool writes it, last, as mazer did, or nowhere. */
  readonly manifestAt?: 'first' | 'last' | 'nowhere';
  /** What MANIFEST.json says in place of the truth. */
  readonly claims?: { readonly namespace?: string; readonly name?: string; readonly version?: string };
}

export interface Tarball {
  readonly bytes: Buffer;
  readonly sha256: string;
  readonly manifest: string;
}

/** A collection's tarball as `ansible-galaxy collection build` makes it: MANIFEST.json, FILES.json, then the files. */
export function buildTarball(namespace: string, name: string, spec: VersionSpec): Tarball {
  const files: Readonly<Record<string, string | Buffer>> = {
    'README.md': `# ${namespace}.${name} ${spec.version}\n`,
    'meta/runtime.yml': `requires_ansible: "${spec.requiresAnsible ?? '>=2.9'}"\n`,
    ...(spec.payloadBytes ? { 'payload.bin': noise(spec.payloadBytes) } : {}),
  };
  const list = toJson({
    files: [folder('.'), folder('meta'), ...Object.entries(files).map(file)],
    format: 1,
  });
  const manifest = toJson({
    collection_info: { ...info(namespace, name, spec), ...spec.claims },
    file_manifest_file: file(['FILES.json', list]),
    format: 1,
  });
  const named = spec.manifestAt === 'nowhere' ? {} : { 'MANIFEST.json': manifest };
  const others = { 'FILES.json': list, ...files };
  const members = spec.manifestAt === 'last' ? { ...others, ...named } : { ...named, ...others };
  const tar = [
    ...Object.entries(members).flatMap(([path, body]) => toMember(path, body)),
    // the client looks for each folder that FILES.json lists
    ...toMember('meta', '', '5'),
    Buffer.alloc(1024),
  ];
  const bytes = gzipSync(Buffer.concat(tar));
  return { bytes, sha256: sha256(bytes), manifest };
}

function info(namespace: string, name: string, spec: VersionSpec) {
  return {
    namespace,
    name,
    version: spec.version,
    authors: ['Somebody'],
    readme: 'README.md',
    tags: spec.tags ?? ['test'],
    description: `What ${namespace}.${name} is for`,
    license: ['MIT'],
    license_file: null,
    dependencies: spec.dependencies ?? {},
    repository: 'https://example.com/repository',
    documentation: null,
    homepage: null,
    issues: null,
  };
}

/** One ustar member (POSIX 1003.1): a header of 512 bytes, the body, zeros up to the next 512. */
export function toMember(path: string, body: string | Buffer, type = '0'): Buffer[] {
  const bytes = Buffer.from(body);
  const header = Buffer.alloc(512);
  header.write(path, 0, 100);
  header.write('0000644\0', 100); // mode
  header.write('0000000\0', 108); // uid
  header.write('0000000\0', 116); // gid
  header.write(`${octal(bytes.length, 11)}\0`, 124);
  header.write(`${octal(1_700_000_000, 11)}\0`, 136); // mtime
  header.write('        ', 148); // the checksum's own field counts as spaces
  header.write(type, 156);
  header.write('ustar\x0000', 257);
  header.write(
    `${octal(
      header.reduce((sum, byte) => sum + byte),
      6,
    )}\0 `,
    148,
  );
  return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
}

/** Bytes that gzip can't make smaller, the same in every run. */
function noise(bytes: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(bytes / 64) }, (_, at) =>
    createHash('sha512').update(String(at)).digest(),
  );
  return Buffer.concat(blocks).subarray(0, bytes);
}

const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');
const toJson = (value: unknown): string => JSON.stringify(value, null, 1);
export const sha256 = (body: string | Uint8Array): string => createHash('sha256').update(body).digest('hex');
const folder = (name: string) => ({
  name,
  ftype: 'dir',
  chksum_type: null,
  chksum_sha256: null,
  format: 1,
});
const file = ([name, body]: [string, string | Buffer]) => ({
  name,
  ftype: 'file',
  chksum_type: 'sha256',
  chksum_sha256: sha256(body),
  format: 1,
});
