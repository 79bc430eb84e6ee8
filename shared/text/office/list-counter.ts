/** Numbers of list items: each list and level counts for itself, and an item starts the levels below it anew. */
export class ListCounter {
  readonly #counts = new Map<string, number[]>();

  next(list: string, level: number): number {
    const counts = (this.#counts.get(list) ?? []).slice(0, level + 1);
    const count = (counts[level] ?? 0) + 1;
    counts[level] = count;
    this.#counts.set(list, counts);
    return count;
  }
}
