import type { Database, Queryable } from '../database/database.ts';
import { KapokError } from '../errors/kapok-error.ts';
import {
  assertRegistrable,
  type Identifier,
  parseIdentifier,
  type SuffixCase,
  suffixKey,
} from '../identifier/identifier.ts';
import type { Prefix } from '../identifier/prefix.ts';
import type { Value } from '../record/value.ts';
import { replaceAll } from './change-values.ts';
import { nextNumber } from './mint/counter.ts';
import type { Pattern } from './mint/pattern.ts';
import type { Templates } from './templates.ts';
import type { WriteAuthority } from './write-authority.ts';
import { writeRecordIn } from './write-record.ts';

/** What a new record is called: by its registrant, or by a pattern. */
export type Naming = { readonly identifier: Identifier } | { readonly prefix: Prefix; readonly pattern: Pattern };

export interface Registration {
  readonly naming: Naming;
  readonly suffixCase: SuffixCase;
  readonly values: readonly Value[];
  /** The id of the token that registers. */
  readonly actor: string;
  readonly now: number;
  readonly templates: Templates;
  readonly authority: WriteAuthority;
}

export interface Registered {
  readonly identifier: string;
  readonly version: number;
}

/** Numbers that were given by hand and that a counter passes over, at most, in one registration: some 3 s. */
const MAX_TAKEN = 10_000;

// Without a lock: names that are passed over must not keep an import of them waiting, nor wait for it.
const IS_TAKEN = {
  name: 'is_taken',
  text: 'select 1 from identifiers where prefix = $1 and suffix_key = $2 and record is not null',
};

/** Registers an identifier that is not in use. Throws ALREADY_EXISTS, and what the record's own rules say. */
export async function register(tx: Queryable, registration: Registration): Promise<Registered> {
  const { naming } = registration;
  if ('identifier' in naming) return create(tx, registration, naming.identifier);
  const { prefix, pattern } = naming;
  for (let passed = 0; ; passed++) {
    const identifier = await mint(tx, naming, registration.now);
    const passable = pattern.counts && passed < MAX_TAKEN;
    const key = suffixKey(identifier.suffix, registration.suffixCase);
    if (passable && (await tx.query(IS_TAKEN, [prefix, key])).length > 0) continue;
    try {
      return await create(tx, registration, identifier);
    } catch (error) {
      if (!isTaken(error) || !passable) throw error;
    }
  }
}

/** Does all that `work` does and takes it back: what it would give, or why it would be refused. */
export async function rehearse<T>(database: Database, work: (tx: Queryable) => Promise<T>): Promise<T> {
  let result: { readonly value: T } | null = null;
  const curtain = new Error('The rehearsal is over');
  try {
    await database.transaction(async (tx) => {
      result = { value: await work(tx) };
      throw curtain;
    });
  } catch (error) {
    if (error !== curtain) throw error;
  }
  return (result as unknown as { readonly value: T }).value;
}

async function create(tx: Queryable, registration: Registration, identifier: Identifier): Promise<Registered> {
  const { suffixCase, values, actor, templates, authority } = registration;
  const { version } = await writeRecordIn(tx, {
    identifier,
    suffixKey: suffixKey(identifier.suffix, suffixCase),
    actor,
    templates,
    authority,
    change: replaceAll(values, { overwrite: false }),
  });
  return { identifier: identifier.text, version };
}

async function mint(tx: Queryable, { prefix, pattern }: { prefix: Prefix; pattern: Pattern }, now: number) {
  const suffix = await pattern.mint({ now, counter: () => nextNumber(tx, prefix, pattern.text) });
  const identifier = parseIdentifier(`${prefix}/${suffix}`);
  assertRegistrable(identifier);
  return identifier;
}

function isTaken(error: unknown): boolean {
  return error instanceof KapokError && error.code === 'ALREADY_EXISTS';
}
