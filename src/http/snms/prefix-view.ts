import type { SnmsPrefix, SnmsPrefixLine } from '../../../proto/http/snms/prefixes.ts';
import type { PrefixEntry } from '../../registry/prefix-entry.ts';

const CHINA = 8 * 3_600_000;

/** One prefix and, as far as this node knows it, whose it is. `governor`: what the node that allots it is called. */
export function shownPrefix(entry: PrefixEntry, governor: string): SnmsPrefix {
  return {
    prefix: entry.prefix,
    createDate: chinaTime(entry.updatedAt),
    ghrName: governor,
    status: stateOf(entry),
    entNameCn: nameOf(entry),
    ...{ entWebSite: null, entIndustry: null, entAddrCn: null, entDesc: null },
  };
}

export function prefixLine(entry: PrefixEntry): SnmsPrefixLine {
  const changed = chinaTime(entry.updatedAt);
  return {
    createDate: changed,
    updateDate: changed,
    entPrefix: entry.prefix,
    entId: null,
    state: stateOf(entry),
    entName: nameOf(entry),
    proxyState: entry.site === null ? 4 : 1,
  };
}

function stateOf({ status }: PrefixEntry): 0 | 1 {
  return status === 'active' ? 1 : 0;
}

function nameOf({ label }: PrefixEntry): string | null {
  return label === '' ? null : label;
}

/** `2020-02-07 11:45:35`, as clients parse it. */
export function chinaTime(moment: string): string {
  return new Date(Date.parse(moment) + CHINA).toISOString().slice(0, 19).replace('T', ' ');
}
