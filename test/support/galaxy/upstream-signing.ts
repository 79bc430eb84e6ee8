import { createMessage, generateKey, type PrivateKey, revokeKey, sign } from 'openpgp';
import type { VersionSpec } from './upstream-tarball.ts';

export interface Signer {
  /** ASCII-armoured, of the key that `signed: true` uses. */
  readonly publicKey: string;
  readonly fingerprint: string;
  /** An ASCII-armoured detached signature over MANIFEST.json, or what is wrong in place of it. */
  sign(manifest: string, how: VersionSpec['signed']): Promise<string>;
}

/** Keys of its own, in the form that GnuPG 2.2 reads. The keyring has all but the stranger's. */
export async function openSigner(): Promise<Signer> {
  const now = Date.now();
  const [own, expired, old, other] = await Promise.all([
    newKey('Galaxy'),
    newKey('Expired', { date: new Date(now - 2 * DAY_MS), keyExpirationTime: DAY_MS / 1000 }),
    newKey('Revoked', { date: new Date(now - 2 * DAY_MS) }),
    newKey('Stranger'),
  ]);
  const { publicKey: revoked } = await revokeKey({ key: old, format: 'object' });
  return {
    publicKey: [own.toPublic(), expired.toPublic(), revoked].map((key) => key.armor()).join('\n'),
    fingerprint: own.getFingerprint().toUpperCase(),
    async sign(manifest, how) {
      // made when their keys were valid
      const date = new Date(now - 1.5 * DAY_MS);
      if (how === 'expired') return await detached(manifest, expired, date);
      if (how === 'revoked') return await detached(manifest, old, date);
      return await detached(how === 'wrong' ? `${manifest} ` : manifest, how === 'other' ? other : own);
    },
  };
}

const DAY_MS = 86_400_000;

const newKey = async (
  name: string,
  given: { date?: Date; keyExpirationTime?: number } = {},
): Promise<PrivateKey> => {
  const userIDs = [{ name, email: `${name.toLowerCase()}@example.com` }];
  const { privateKey } = await generateKey({
    type: 'ecc',
    curve: 'ed25519Legacy',
    userIDs,
    format: 'object',
    ...given,
  });
  return privateKey;
};

async function detached(text: string, signingKeys: PrivateKey, date?: Date): Promise<string> {
  const message = await createMessage({ binary: Buffer.from(text) });
  // a random notation, which Ansible's client takes for text, and stops
  const config = { nonDeterministicSignaturesViaNotation: false };
  return await sign({ message, signingKeys, detached: true, format: 'armored', date, config });
}
