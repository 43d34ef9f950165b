import { KapokError } from '../errors/kapok-error.ts';
import type { Prefix } from '../identifier/prefix.ts';
import type { PrefixEntry } from './prefix-entry.ts';
import type { PrefixTable } from './prefix-table.ts';

/** The entry of a prefix whose records may be written here. Throws with the reason why they may not. */
export function getHostedPrefix(prefixes: PrefixTable, prefix: Prefix): PrefixEntry {
  const withdrawn = prefixes.findWithdrawn(prefix);
  if (withdrawn !== null) {
    const code = withdrawn.status === 'revoked' ? 'PREFIX_REVOKED' : 'PREFIX_SUSPENDED';
    throw new KapokError(code, { message: `Prefix ${withdrawn.prefix} is ${withdrawn.status}`, subject: prefix });
  }
  const entry = prefixes.match(prefix);
  if (entry === null) throw notResponsible(prefix, `Prefix ${prefix} does not live on this node`);
  if (entry.site !== null) {
    throw notResponsible(
      prefix,
      `Prefix ${prefix} is delegated (${entry.prefix}); write to the node that answers for it`,
    );
  }
  if (entry.prefix !== prefix) {
    const remedy = `allot it first: PUT /api/v1/prefixes/${prefix}`;
    throw notResponsible(prefix, `Prefix ${prefix} was not allotted by this node (${entry.prefix}); ${remedy}`);
  }
  return entry;
}

function notResponsible(subject: Prefix, message: string): KapokError {
  return new KapokError('NOT_RESPONSIBLE', { message, subject });
}
