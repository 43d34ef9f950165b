import type { Violation } from './check-history.ts';
import type { Read, Write } from './history.ts';

/**
 * Writes of one identifier come one after another. Whether all that was seen has been written, as that version, and whether what was acknowledged has lasted: a version that is
 * given twice, or to a later write than a greater one, means that a write was lost.
 */
export function checkValues(writes: readonly Write[], reads: readonly Read[]): Violation[] {
  const violations: Violation[] = [];
  const written = new Map(writes.map((write) => [nameOf(write), write]));
  /** Which value a version is, and the other way round, as far as it is known. */
  const values = new Map<string, number>();
  const versions = new Map<string, number>();
  const place = (identifier: string, { value, version }: { value: number; version: number }) => {
    values.set(`${identifier} ${version}`, value);
    versions.set(nameOf({ identifier, value }), version);
  };
  const newest = new Map<string, number>();
  for (const { identifier, value, end } of writes.toSorted((a, b) => a.from - b.from)) {
    if (end.kind !== 'acknowledged') continue;
    const { version } = end;
    const before = newest.get(identifier) ?? 0;
    if (version <= before) {
      const text = `${identifier}: ${value} became version ${version}, after ${before} had been acknowledged`;
      violations.push({ kind: 'lost', text });
    }
    newest.set(identifier, Math.max(before, version));
    place(identifier, { value, version });
  }
  for (const { place: at, identifier, seen, until } of reads) {
    if (seen.kind !== 'record') continue;
    const { value, version } = seen;
    const text = `${at} ${identifier}: ${value} as version ${version}`;
    const write = written.get(nameOf({ identifier, value }));
    const known = versions.get(nameOf({ identifier, value }));
    const other = values.get(`${identifier} ${version}`);
    if (write === undefined || write.from > until) violations.push({ kind: 'never-written', text });
    else if (write.end.kind === 'refused') violations.push({ kind: 'refused', text });
    else if (known === undefined && other === undefined) place(identifier, { value, version });
    else if (known !== version || other !== value) violations.push({ kind: 'misplaced', text });
  }
  return violations;
}

function nameOf({ identifier, value }: Pick<Write, 'identifier' | 'value'>): string {
  return `${identifier} ${value}`;
}
