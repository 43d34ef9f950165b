import { keyOfCaller } from '../access/administration.ts';
import type { Caller, Scope } from '../access/caller.ts';
import { scopesOf } from '../access/may.ts';

/** What somebody who searches may see beyond what is public. */
export interface Reader {
  /** Subtrees whose private values he may read. */
  readonly scopes: readonly Scope[];
  /** He is known by a key: records that name administrators of their own are judged one by one, and not searched for him. */
  readonly isKey: boolean;
}

export const STRANGER: Reader = { scopes: [], isKey: false };

export function readerOf(caller: Caller | null): Reader {
  if (caller === null) return STRANGER;
  return { scopes: scopesOf(caller, 'records.read'), isKey: keyOfCaller(caller) !== null };
}
