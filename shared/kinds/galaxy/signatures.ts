import type { Key, KeyID } from 'openpgp';
import { SmallbatchError } from '../../errors.ts';
import type { Signature, VersionFacts } from './schema.ts';

/** A keyring may be several exported keys, one after the other. */
const ARMOURED_KEY = /-----BEGIN PGP PUBLIC KEY BLOCK-----[\s\S]*?-----END PGP PUBLIC KEY BLOCK-----/g;

/**
 * Passes if one of a version's signatures over MANIFEST.json is by a key of the keyring, or it has none, or there is no keyring.
 * @throws SmallbatchError SIGNATURE_INVALID, SECRET_MISSING when the keyring has no key
 */
export async function checkSignatures(
  { namespace, name, version, signatures }: VersionFacts,
  manifest: Uint8Array,
  keyring: string | undefined,
): Promise<void> {
  if (keyring === undefined || signatures.length === 0) return;
  const reasons: string[] = [];
  for (const signature of signatures) {
    const reason = await reasonAgainst(signature, manifest, keyring);
    if (reason === undefined) return;
    reasons.push(reason);
  }
  throw new SmallbatchError(
    'SIGNATURE_INVALID',
    `${namespace}.${name} ${version}: expected a signature by a key of the keyring, found ${reasons.join('; ')}`,
  );
}

async function reasonAgainst(
  { signature }: Signature,
  manifest: Uint8Array,
  keyring: string,
): Promise<string | undefined> {
  // Loaded by those who have a keyring: it costs memory in every function.
  const { createMessage, readSignature, verify } = await import('openpgp');
  const verificationKeys = await readKeyring(keyring);
  try {
    const { signatures } = await verify({
      message: await createMessage({ binary: manifest }),
      signature: await readSignature({ armoredSignature: signature }),
      verificationKeys,
    });
    const [first] = signatures;
    if (!first) return 'an empty signature';
    await first.verified;
    await assertValidNow(verificationKeys, first.keyID);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * GnuPG calls a signature good only while its key is: one by a key that expired or was revoked later is `EXPKEYSIG` or
 * `REVKEYSIG`, which `ansible-galaxy` refuses.
 * @throws Error with what is wrong with the key
 */
async function assertValidNow(keys: readonly Key[], keyId: KeyID): Promise<void> {
  for (const key of keys.filter((each) => each.getKeys(keyId).length > 0))
    await key.getSigningKey(keyId, new Date());
}

async function readKeyring(keyring: string) {
  const { readKey } = await import('openpgp');
  const keys = keyring.match(ARMOURED_KEY) ?? [];
  if (keys.length === 0)
    throw new SmallbatchError('SECRET_MISSING', 'the keyring: expected armoured public keys, found none');
  return await Promise.all(keys.map((armoredKey) => readKey({ armoredKey })));
}
