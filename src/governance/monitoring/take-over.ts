import type { Database, Queryable } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import type { Site } from '../../record/site.ts';
import { patchPrefixIn } from '../../registry/write-prefixes.ts';
import { type Actor, appendAudit } from '../audit/append-audit.ts';
import { lockStandby, markTaken, removeStandby, type Standby, storeStandby } from './standby-table.ts';

export interface Deed {
  readonly prefix: Prefix;
  readonly actor: Actor;
  readonly reason: string | null;
}

/** Sets the standby site of a delegated prefix; its own site stays where it is. */
export function setStandby(database: Database, deed: Deed, standby: Pick<Standby, 'site' | 'auto'>): Promise<Standby> {
  const { prefix, actor } = deed;
  return database.transaction(async (tx) => {
    if ((await lockSite(tx, prefix)) === null) {
      const message = `Prefix ${prefix} is hosted here: only one that is delegated has a standby site`;
      throw new KapokError('PREFIX_STATE', { message, subject: prefix });
    }
    const stored = await storeStandby(tx, { prefix, ...standby });
    if (stored.primarySite !== null) throw takenOver(prefix);
    await appendAudit(tx, { action: 'standby.set', actor, kind: 'prefix', id: prefix, prefix, after: standby });
    return stored;
  });
}

export function unsetStandby(database: Database, { prefix, actor, reason }: Deed): Promise<void> {
  return database.transaction(async (tx) => {
    await lockSite(tx, prefix);
    const { primarySite, site, auto } = await lockStandby(tx, prefix);
    if (primarySite !== null) throw takenOver(prefix);
    await removeStandby(tx, prefix);
    const before = { site, auto };
    await appendAudit(tx, { action: 'standby.unset', actor, kind: 'prefix', id: prefix, prefix, reason, before });
  });
}

/** Points the prefix at its standby site: all who resolve are sent there from now on. */
export async function takeOver(tx: Queryable, { prefix, actor, reason }: Deed): Promise<Site> {
  const site = await lockSite(tx, prefix);
  const standby = await lockStandby(tx, prefix);
  if (standby.primarySite !== null) throw takenOver(prefix);
  if (site === null)
    throw new KapokError('PREFIX_STATE', { message: `Prefix ${prefix} is hosted here`, subject: prefix });
  await patchPrefixIn(tx, prefix, { actor, reason, patch: { site: standby.site } });
  await markTaken(tx, prefix, site);
  const [before, after] = [{ site }, { site: standby.site }];
  await appendAudit(tx, {
    action: 'prefix.take-over',
    actor,
    kind: 'prefix',
    id: prefix,
    prefix,
    reason,
    before,
    after,
  });
  return standby.site;
}

/**
 * Points the prefix back. It is never done by itself: what was registered at the standby site meanwhile must be brought back first,
 * and nobody but people knows whether it was.
 */
export function giveBack(database: Database, { prefix, actor, reason }: Deed): Promise<Site> {
  return database.transaction(async (tx) => {
    const site = await lockSite(tx, prefix);
    const { primarySite, site: standbySite } = await lockStandby(tx, prefix);
    if (primarySite === null)
      throw new KapokError('PREFIX_STATE', { message: `Prefix ${prefix} is not taken over`, subject: prefix });
    // Somebody has delegated it elsewhere meanwhile: that word is newer.
    const isThere = JSON.stringify(site) === JSON.stringify(standbySite);
    if (isThere) await patchPrefixIn(tx, prefix, { actor, reason, patch: { site: primarySite } });
    await markTaken(tx, prefix, null);
    const [before, after] = [{ site }, { site: isThere ? primarySite : site }];
    await appendAudit(tx, {
      action: 'prefix.give-back',
      actor,
      kind: 'prefix',
      id: prefix,
      prefix,
      reason,
      before,
      after,
    });
    return isThere ? primarySite : (site ?? primarySite);
  });
}

/** The row of the prefix first, as whoever writes prefixes does. */
async function lockSite(tx: Queryable, prefix: Prefix): Promise<Site | null> {
  const text = 'select site from prefixes where prefix = $1 for no key update';
  const [row] = await tx.query<{ site: Site | null }>(text, [prefix]);
  if (row === undefined) throw new KapokError('PREFIX_NOT_FOUND', { subject: prefix });
  return row.site;
}

function takenOver(prefix: Prefix): KapokError {
  const message = `Prefix ${prefix} is taken over by its standby site; give it back first`;
  return new KapokError('PREFIX_STATE', { message, subject: prefix });
}
