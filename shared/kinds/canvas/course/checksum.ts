import { createHash } from 'node:crypto';
import { isRewritten } from '../facts.ts';

/** 256 bits: the digests are added, so that the order of the members does not matter and none of them is held. */
const MODULUS = 1n << 256n;

/** Over (name, size, CRC-32) of all members that hold content, and over what is published under which title. */
export class CourseChecksum {
  #sum = 0n;

  addMember(name: string, bytes: number, crc32: number): void {
    if (!isRewritten(name)) this.#add(['member', name, bytes, crc32]);
  }

  addPublished(path: string, title: string): void {
    this.#add(['published', path, title]);
  }

  /** The metadata beside the archive, as canonical text. */
  addMetadata(canonical: string): void {
    this.#add(['metadata', canonical]);
  }

  toString(): string {
    return this.#sum.toString(16).padStart(64, '0');
  }

  #add(parts: readonly (string | number)[]): void {
    const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
    this.#sum = (this.#sum + BigInt(`0x${digest}`)) % MODULUS;
  }
}
