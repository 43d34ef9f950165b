import { KapokError } from '../errors/kapok-error.ts';
import { getHostedPrefix } from '../registry/hosted-prefix.ts';
import type { ImportRights } from '../registry/import/rights.ts';
import type { PrefixTable } from '../registry/prefix-table.ts';
import type { Administration } from './administration.ts';
import type { Caller } from './caller.ts';
import { may } from './may.ts';
import { createWriteAuthority } from './write-authority.ts';

export interface ImportPlace {
  readonly prefixes: PrefixTable;
  readonly administration: Administration;
}

const PERMISSION = 'records.register';

/** What a caller may do to the rows of a file, whose prefixes are not known before they are read. */
export function createImportRights(caller: Caller, { prefixes, administration }: ImportPlace): ImportRights {
  return {
    suffixCaseAt(prefix) {
      if (!may(caller, PERMISSION, prefix)) throw new KapokError('FORBIDDEN', { subject: prefix });
      return getHostedPrefix(prefixes, prefix).suffixCase;
    },
    mayReplace: (prefix) => may(caller, 'records.change', prefix),
    authority: (prefix) => createWriteAuthority(caller, { prefix, permission: PERMISSION }, administration),
  };
}
