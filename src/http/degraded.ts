/** What a node can do without. */
export interface Aids {
  /** null: it was given no Redis. */
  readonly redis: { readonly usable: boolean } | null;
  readonly watches: () => { readonly lost: number };
  /** null: it delegates nothing. */
  readonly mirrors: (() => { readonly failing: number }) | null;
}

/** Why a node that is ready does its work less well than it could. */
export function whyDegraded({ redis, watches, mirrors }: Aids): string[] {
  const { lost } = watches();
  const failing = mirrors?.().failing ?? 0;
  return [
    ...(redis?.usable === false ? ['Redis is away: each process has its own memory alone'] : []),
    ...(lost > 0 ? [`${nodes(lost)} cannot be followed: their answers are kept for a second`] : []),
    ...(failing > 0 ? [`${nodes(failing)} below cannot be followed: search may not know their changes`] : []),
  ];
}

function nodes(count: number): string {
  return count === 1 ? '1 node' : `${count} nodes`;
}
