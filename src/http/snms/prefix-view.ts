import type { SnmsPrefix, SnmsPrefixLine } from '../../../proto/http/snms/prefixes.ts';
import type { AllotmentState } from '../../governance/allotments/allotment.ts';
import type { PrefixOfEnterprise } from './prefix-page.ts';

const CHINA = 8 * 3_600_000;

/** One prefix and whose it is. `governor`: what the node that allots it is called. */
export function shownPrefix(found: PrefixOfEnterprise, governor: string): SnmsPrefix {
  const { website = null, industry = null, address = null, introduction = null } = found.data ?? {};
  return {
    prefix: found.prefix,
    createDate: chinaTime(found.createdAt),
    ghrName: governor,
    status: statusOf(found),
    entNameCn: found.name,
    entWebSite: website,
    entIndustry: industry,
    entAddrCn: address,
    entDesc: introduction,
  };
}

export function prefixLine(found: PrefixOfEnterprise): SnmsPrefixLine {
  return {
    createDate: chinaTime(found.createdAt),
    updateDate: chinaTime(found.updatedAt),
    entPrefix: found.prefix,
    entId: found.organisation,
    state: statusOf(found) === 1 ? 1 : 0,
    entName: found.name,
    proxyState: found.hosted ? 4 : 1,
  };
}

/** In quarantine is to be deleted: what was under the prefix goes when it is free again. */
const APPLIED: Partial<Record<AllotmentState, number>> = {
  returned: 3,
  refused: 3,
  applied: 4,
  under_review: 5,
  quarantined: 2,
};

function statusOf({ status, state }: PrefixOfEnterprise): number {
  const applied = state === null ? undefined : APPLIED[state];
  return applied ?? (status === 'active' ? 1 : 0);
}

/** `2020-02-07 11:45:35`, as clients parse it. */
export function chinaTime(moment: string): string {
  return new Date(Date.parse(moment) + CHINA).toISOString().slice(0, 19).replace('T', ' ');
}
