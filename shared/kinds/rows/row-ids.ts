import { hash } from 'node:crypto';
import { Occurrences } from '../../lists/occurrences.ts';

/** 128 bits of SHA-256, as text. */
const ID_CHARS = 22;

/** A row's id: the hash of its bytes and, from its second occurrence on, which one it is. */
export class RowIds {
  readonly #seen = new Occurrences();

  next(json: Buffer, n: number): string {
    const digest = hash('sha256', json, 'buffer');
    const id = digest.toString('base64url').slice(0, ID_CHARS);
    const occurrence = this.#seen.add(digest);
    // Of more rows than can be remembered, the later ones are told apart by their place.
    if (occurrence === undefined) return `${id}@${n}`;
    return occurrence === 1 ? id : `${id}~${occurrence}`;
  }
}
