import { KapokError } from '../errors/kapok-error.ts';
import { isUnder } from '../identifier/prefix.ts';
import { parseSite } from '../record/parse-site.ts';
import { assertRecordFits } from '../record/parse-value.ts';
import { type Site, siteOfUrl } from '../record/site.ts';
import type { NewPrefix } from '../registry/write-prefixes.ts';
import type { PinnedKeys, SiteSettings } from './pin-keys.ts';
import type { Services } from './services.ts';

/** A node allots what lies at or below its own prefix; only one that delegates may send callers elsewhere. */
export function assertOwn({ config }: Services, { prefix, site }: Pick<NewPrefix, 'prefix' | 'site'>): void {
  if (config.prefix === null || !isUnder(prefix, config.prefix)) {
    const message = `Prefix ${prefix} does not lie below this node (${config.prefix ?? 'which has no prefix'})`;
    throw new KapokError('NOT_RESPONSIBLE', { message, subject: prefix });
  }
  if (site !== null && !config.capabilities.has('delegates')) {
    throw new KapokError('NOT_RESPONSIBLE', { message: 'This node does not delegate prefixes', subject: prefix });
  }
}

/** Where a request says that a prefix is answered; null: here. */
export function siteOf({ url, site }: SiteSettings, keys: PinnedKeys): Site | null {
  if (site !== undefined && site !== null) {
    const parsed = parseSite(site, 'site');
    assertRecordFits(JSON.stringify(parsed), 'site');
    return parsed;
  }
  return url === undefined ? null : parseSite(siteOfUrl(url, { publicKey: keys.get(url) }), 'url');
}
