/** What is found by a mark. Several may share one, which is rare: a set for each would cost more than what it holds. */
export class Marks<V extends object> {
  readonly #marked = new Map<string, V | Set<V>>();

  add(mark: string, value: V): void {
    const present = this.#marked.get(mark);
    if (present instanceof Set) present.add(value);
    else this.#marked.set(mark, present === undefined ? value : new Set([present, value]));
  }

  delete(mark: string, value: V): void {
    const present = this.#marked.get(mark);
    if (present instanceof Set) present.delete(value);
    if (present === value || (present instanceof Set && present.size === 0)) this.#marked.delete(mark);
  }

  /** All that share a mark, as they are now. */
  find(mark: string): readonly V[] {
    const present = this.#marked.get(mark);
    if (present === undefined) return [];
    return present instanceof Set ? [...present] : [present];
  }
}
