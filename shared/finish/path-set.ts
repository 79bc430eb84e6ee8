import { Fingerprints } from '../plan/fingerprints.ts';

/** Outputs that stay. Of more than can be remembered nothing is certain: then any path may be one of them. */
export class PathSet {
  readonly #paths = new Fingerprints();
  #hasAll = true;

  add(path: string): void {
    this.#hasAll = this.#paths.add(path) && this.#hasAll;
  }

  mayHave(path: string): boolean {
    return !this.#hasAll || this.#paths.has(path);
  }
}
