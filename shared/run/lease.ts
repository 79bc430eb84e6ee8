import { randomUUID } from 'node:crypto';
import { anyOf, is, isAbsent, isLess } from '../aws/condition.ts';
import { updateRow } from '../aws/table.ts';

/** How long a function that was killed is waited for; one that lives renews its lease three times in it. */
export const LEASE_SECONDS = 24;
const LEASE_MS = LEASE_SECONDS * 1000;

export interface LeaseOptions {
  /** Leases of an earlier epoch are void: their holders are known to be dead. */
  readonly epoch: number;
  /** Looked at with each renewal: is what the lease is for still to be done? */
  isWanted(): Promise<boolean>;
}

/** The right of one delivery to do a piece of work alone, while it renews it. */
export class Lease {
  readonly #key: string;
  readonly #owner: string;
  readonly #isWanted: LeaseOptions['isWanted'];
  readonly #timer: NodeJS.Timeout;
  /** By this process's own clock, which nobody sets. */
  #until: number;

  /** Undefined while another delivery has it. */
  static async take(name: string, { epoch, isWanted }: LeaseOptions): Promise<Lease | undefined> {
    const owner = randomUUID();
    const began = performance.now();
    const row = await updateRow(toKey(name), {
      set: { owner, epoch, until: Date.now() + LEASE_MS },
      // The owner is this very call, whose first answer may have been lost on the way.
      condition: anyOf(
        isAbsent('owner'),
        isLess('until', Date.now()),
        isLess('epoch', epoch),
        is('owner', owner),
      ),
    });
    return row && new Lease(toKey(name), owner, isWanted, began + LEASE_MS);
  }

  private constructor(key: string, owner: string, isWanted: LeaseOptions['isWanted'], until: number) {
    this.#key = key;
    this.#owner = owner;
    this.#isWanted = isWanted;
    this.#until = until;
    // A renewal that fails is no harm yet: the next one may work, and `check` knows when the lease ends.
    this.#timer = setInterval(() => void this.#renew().catch(() => undefined), LEASE_MS / 3);
  }

  /** To be called before each change that readers see. @throws Error when the lease was lost */
  check(): void {
    if (performance.now() < this.#until) return;
    throw new Error(`expected to hold ${this.#key}, found the lease lost`);
  }

  async release(): Promise<void> {
    clearInterval(this.#timer);
    this.#until = 0;
    await updateRow(this.#key, { remove: ['owner', 'until'], condition: is('owner', this.#owner) });
  }

  async #renew(): Promise<void> {
    const began = performance.now();
    const isWanted = await this.#isWanted();
    const row =
      isWanted &&
      (await updateRow(this.#key, {
        set: { until: Date.now() + LEASE_MS },
        condition: is('owner', this.#owner),
      }));
    this.#until = row ? began + LEASE_MS : 0;
  }
}

const toKey = (name: string): string => `lease#${name}`;
