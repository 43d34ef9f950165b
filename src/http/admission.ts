import type { Permission } from '../../proto/http/permission.ts';
import type { Administration } from '../access/administration.ts';
import type { Caller, Scope } from '../access/caller.ts';
import { governorOf, may, scopesOf } from '../access/may.ts';
import { mayRead, type RecordOfPrefix } from '../access/record-rights.ts';
import { createWriteAuthority } from '../access/write-authority.ts';
import { KapokError } from '../errors/kapok-error.ts';
import type { Prefix } from '../identifier/prefix.ts';
import { getHostedPrefix } from '../registry/hosted-prefix.ts';
import type { PrefixEntry } from '../registry/prefix-entry.ts';
import type { PrefixTable } from '../registry/prefix-table.ts';
import type { WriteAuthority } from '../registry/write-authority.ts';

/**
 * The caller of one request and the permission that its route names. A route says where it needs it; one that answers without
 * having said so is a defect, which `route.ts` turns into a failure.
 */
export class Admission {
  readonly caller: Caller;
  readonly #permission: Permission;
  readonly #administration: Administration;
  #decided = false;

  constructor(caller: Caller, permission: Permission, administration: Administration) {
    this.caller = caller;
    this.#permission = permission;
    this.#administration = administration;
  }

  get decided(): boolean {
    return this.#decided;
  }

  /** The caller may do it at this prefix; '' is the node as a whole. Throws FORBIDDEN, which tells nothing about what exists. */
  at(prefix: Prefix | ''): void {
    this.#decided = true;
    if (may(this.caller, this.#permission, prefix)) return;
    if (prefix === '') throw new KapokError('FORBIDDEN', { message: 'This needs a credential for the whole node' });
    throw new KapokError('FORBIDDEN', { subject: prefix });
  }

  /** The caller governs what lies above the prefix. */
  above(prefix: Prefix): void {
    this.#decided = true;
    if (may(this.caller, this.#permission, governorOf(prefix))) return;
    const message = `This needs a credential that governs the prefix above ${prefix}`;
    throw new KapokError('FORBIDDEN', { message, subject: prefix });
  }

  /**
   * The caller is this organisation, or may do it for all of them. Throws FORBIDDEN, which tells nothing about what exists:
   * whatever is no id of an organisation is refused like another's.
   */
  ofOrganisation(id: string): void {
    this.#decided = true;
    if (this.caller.organisations.includes(id) || may(this.caller, this.#permission, '')) return;
    throw new KapokError('FORBIDDEN');
  }

  /**
   * The caller is the organisation that holds a prefix or has applied for it, or may do it above that prefix; null: there is no
   * such organisation, or nobody governs here. Throws FORBIDDEN, which tells nothing about what exists.
   */
  ofHolder(organisation: string | null, prefix: Prefix | null): void {
    this.#decided = true;
    if (organisation !== null && this.caller.organisations.includes(organisation)) return;
    if (may(this.caller, this.#permission, prefix === null ? '' : governorOf(prefix))) return;
    throw new KapokError('FORBIDDEN', prefix === null ? {} : { subject: prefix });
  }

  /** The caller may do it, or not, for a reason of the route's own. Throws FORBIDDEN, which tells nothing about what exists. */
  decide(allowed: boolean): void {
    this.#decided = true;
    if (!allowed) throw new KapokError('FORBIDDEN');
  }

  /** The organisations whose matters the caller may see in lists; null: all. Throws FORBIDDEN when there is none. */
  organisations(): readonly string[] | null {
    this.#decided = true;
    if (may(this.caller, this.#permission, '')) return null;
    if (this.caller.organisations.length === 0) throw new KapokError('FORBIDDEN');
    return this.caller.organisations;
  }

  /** The subtrees in which the caller may do it: what is listed lies within them. Throws FORBIDDEN when there is none. */
  scopes(): Scope[] {
    this.#decided = true;
    const scopes = scopesOf(this.caller, this.#permission);
    if (scopes.length === 0) throw new KapokError('FORBIDDEN');
    return scopes;
  }

  /** The caller may write at a prefix that is hosted here. Throws with the reason why not. */
  writable(prefixes: PrefixTable, prefix: Prefix): PrefixEntry {
    this.at(prefix);
    return getHostedPrefix(prefixes, prefix);
  }

  /**
   * The caller may have the right to write one record of a prefix that is hosted here, because the record gives it to him:
   * `authority` decides, under its lock. Throws with the reason why not; where he has no right of his own, without telling
   * what is hosted.
   */
  maybeWritable(prefixes: PrefixTable, prefix: Prefix): PrefixEntry {
    if (may(this.caller, this.#permission, prefix)) return this.writable(prefixes, prefix);
    this.#decided = true;
    const entry = prefixes.findWithdrawn(prefix) === null ? prefixes.find(prefix) : null;
    if (entry === null || entry.site !== null) throw new KapokError('FORBIDDEN', { subject: prefix });
    return entry;
  }

  /** The caller may read what is private in one record. Throws FORBIDDEN, which tells nothing about what exists. */
  async readable(record: RecordOfPrefix): Promise<void> {
    this.#decided = true;
    if (await mayRead(this.caller, record, this.#administration)) return;
    throw new KapokError('FORBIDDEN', { subject: record.prefix });
  }

  /** What the caller may do to single records of a prefix. */
  authority(prefix: Prefix): WriteAuthority {
    return createWriteAuthority(this.caller, { prefix, permission: this.#permission }, this.#administration);
  }
}
