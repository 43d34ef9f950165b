import { foldCase } from '../../identifier/fold.ts';
import type { Reference, Value } from '../value.ts';
import { type AdminBit, type AdminBits, administratorsOf, isAdminValue, parseAdminBits } from './bits.ts';

export type KeyOf = (handle: string) => string;

export interface GrantedBitsOptions {
  /** The key that whoever asks has proven to hold. */
  readonly subject: Reference;
  /** The canonical form of an identifier: references and subjects may be spelled otherwise. */
  readonly keyOf: KeyOf;
  /** The values of another record, in which a list of administrators may stand; null when it is not held here. */
  readonly find: (handle: string) => Promise<readonly Value[] | null>;
}

/** Lists in lists, records read and references looked at for one decision, at most: what lies beyond gives nothing. */
const MAX_DEPTH = 4;
const MAX_RECORDS = 16;
const MAX_REFERENCES = 10_000;

/**
 * What the HS_ADMIN values of a record permit the holder of a key, named directly or in an HS_VLIST that is named; null when
 * the record has none of them, so that something else decides.
 */
export async function grantedBits(values: readonly Value[], options: GrantedBitsOptions): Promise<AdminBits | null> {
  if (!values.some(isAdminValue)) return null;
  const search = new Membership(options);
  const granted = new Set<AdminBit>();
  for (const administrator of administratorsOf(values)) {
    const bits = parseAdminBits(administrator.permissions);
    const adds = [...bits].some((bit) => !granted.has(bit));
    if (!adds || !(await search.includes(administrator, { depth: MAX_DEPTH, visited: new Set() }))) continue;
    for (const bit of bits) granted.add(bit);
  }
  return granted;
}

interface Way {
  /** Lists that may still be entered. */
  readonly depth: number;
  readonly visited: Set<string>;
}

class Membership {
  readonly #options: GrantedBitsOptions;
  readonly #subjectKey: string;
  readonly #records = new Map<string, readonly Value[] | null>();
  #references = 0;

  constructor(options: GrantedBitsOptions) {
    this.#options = options;
    this.#subjectKey = options.keyOf(options.subject.handle);
  }

  /** Whether a reference is the subject, or a list in which it stands; a list is entered once. */
  async includes({ handle, index }: Reference, { depth, visited }: Way): Promise<boolean> {
    if (++this.#references > MAX_REFERENCES) return false;
    const key = this.#options.keyOf(handle);
    if (key === this.#subjectKey && (index === 0 || index === this.#options.subject.index)) return true;
    const name = `${index}:${key}`;
    if (depth === 0 || visited.has(name)) return false;
    visited.add(name);
    const value = (await this.#read(key, handle))?.find((item) => item.index === index);
    if (value === undefined || foldCase(value.type) !== 'HS_VLIST' || value.data.format !== 'vlist') return false;
    for (const member of value.data.value) {
      if (await this.includes(member, { depth: depth - 1, visited })) return true;
    }
    return false;
  }

  async #read(key: string, handle: string): Promise<readonly Value[] | null> {
    const known = this.#records.get(key);
    if (known !== undefined) return known;
    if (this.#records.size >= MAX_RECORDS) return null;
    const values = await this.#options.find(handle);
    this.#records.set(key, values);
    return values;
  }
}
