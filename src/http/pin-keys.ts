import { findNodeKey } from '../access/pin-key.ts';
import { KapokError } from '../errors/kapok-error.ts';
import { isSiteUrl } from '../record/site.ts';
import type { Key } from '../record/value.ts';
import type { Services } from './services.ts';

/** How a request says where a prefix is answered. */
export interface SiteSettings {
  readonly url?: string | undefined;
  readonly site?: unknown;
  readonly pin?: boolean | undefined;
}

/** The keys to hold nodes to, by their URLs. */
export type PinnedKeys = ReadonlyMap<string, Key>;

/**
 * Asks the nodes at these URLs for their keys, all at once and within the time of one hop. A node that does not answer is
 * delegated to without a key, unless the request insists on one.
 */
export async function pinKeys({ caller, config, log }: Services, sites: readonly SiteSettings[]): Promise<PinnedKeys> {
  for (const site of sites) assertSettings(site);
  const insisted = new Set(sites.flatMap(({ url, pin }) => (pin === true && url !== undefined ? [url] : [])));
  const asked = new Set(sites.flatMap(({ url, pin }) => (pin !== false && url !== undefined ? [url] : [])));
  const keys = new Map<string, Key>();
  const timeout = config.hopTimeout;
  const signal = AbortSignal.timeout(timeout);
  await Promise.all(
    [...asked].map(async (url) => {
      try {
        const key = await findNodeKey(caller, { url: new URL(url).origin, timeout, signal });
        if (key !== null) keys.set(url, key);
        else if (insisted.has(url)) throw new KapokError('UPSTREAM_INVALID', { message: `Node ${url} shows no key` });
      } catch (error) {
        if (insisted.has(url)) throw error;
        log.warn({ err: error, url }, 'delegated without a key');
      }
    }),
  );
  return keys;
}

function assertSettings({ url, site, pin }: SiteSettings): void {
  if (url !== undefined && site !== undefined)
    throw new KapokError('BAD_REQUEST', { message: 'url and site exclude each other', at: 'site' });
  if (pin !== undefined && url === undefined)
    throw new KapokError('BAD_REQUEST', {
      message: 'pin is about the node at url; a site states its key itself',
      at: 'pin',
    });
  if (url === undefined || isSiteUrl(url)) return;
  const message = 'url must be http:// or https://, a host and perhaps a port: a site has no path and no password';
  throw new KapokError('BAD_REQUEST', { message, at: 'url' });
}
