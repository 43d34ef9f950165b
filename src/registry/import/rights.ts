import type { SuffixCase } from '../../identifier/identifier.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import type { WriteAuthority } from '../write-authority.ts';

/** What whoever imports may do, at the moment. */
export interface ImportRights {
  /** Throws where nothing may be registered, or the prefix is not hosted here; answers how its suffixes compare. */
  suffixCaseAt(prefix: Prefix): SuffixCase;
  /** Whether records that name no administrators of their own may be replaced. */
  mayReplace(prefix: Prefix): boolean;
  /** Decides on the others one by one. */
  authority(prefix: Prefix): WriteAuthority;
}
