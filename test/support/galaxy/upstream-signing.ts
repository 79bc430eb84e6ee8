import { createMessage, generateKey, type PrivateKey, sign } from 'openpgp';
import type { VersionSpec } from './upstream-tarball.ts';

export interface Signer {
  /** ASCII-armoured, of the key that `signed: true` uses. */
  readonly publicKey: string;
  readonly fingerprint: string;
  /** An ASCII-armoured detached signature over MANIFEST.json, or what is wrong in place of it. */
  sign(manifest: string, how: VersionSpec['signed']): Promise<string>;
}

/** Keys of its own, in the form that GnuPG 2.2 reads. */
export async function openSigner(): Promise<Signer> {
  const [own, other] = await Promise.all([newKey('Galaxy'), newKey('Stranger')]);
  return {
    publicKey: own.publicKey,
    fingerprint: own.privateKey.getFingerprint().toUpperCase(),
    sign: (manifest, how) =>
      detached(
        how === 'wrong' ? `${manifest} ` : manifest,
        how === 'other' ? other.privateKey : own.privateKey,
      ),
  };
}

const newKey = (name: string) =>
  generateKey({
    type: 'ecc',
    curve: 'ed25519Legacy',
    userIDs: [{ name, email: `${name.toLowerCase()}@example.com` }],
    format: 'object',
  }).then(({ publicKey, privateKey }) => ({ publicKey: publicKey.armor(), privateKey }));

async function detached(text: string, signingKeys: PrivateKey): Promise<string> {
  const message = await createMessage({ binary: Buffer.from(text) });
  // a random notation, which Ansible's client takes for text, and stops
  const config = { nonDeterministicSignaturesViaNotation: false };
  return await sign({ message, signingKeys, detached: true, format: 'armored', config });
}
