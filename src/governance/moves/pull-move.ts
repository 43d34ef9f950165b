import type { MoveTotal } from '../../../proto/http/moves.ts';
import type { Database } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import { type Governing, governPrefix } from '../allotments/govern-prefixes.ts';
import { SYSTEM } from '../audit/append-audit.ts';
import { auditMove } from './audit-move.ts';
import { copyRecords } from './copy-records.ts';
import { freeze, lockWriters, unfreeze } from './freeze.ts';
import { because } from './give.ts';
import { findMove, isPulling, lockMove, type Move, setMove } from './move.ts';
import { type NewMove, notNow, openMove } from './offer-move.ts';
import { missingFiles, storeSettings } from './settings.ts';
import type { SourceClient } from './source-client.ts';

/** Passes before writing is held up: the last one has little left to copy, unless more is written than can be copied. */
const FREE_PASSES = 5;
const LITTLE = 1_000;
const FROZEN_PASSES = 5;

/**
 * Begins to take a prefix over, or goes on with what was interrupted. Nothing is written below it here until it is taken.
 * Throws PREFIX_IN_USE when this node has identifiers of its own below it.
 */
export function beginPull(database: Database, move: NewMove): Promise<Move> {
  const { prefix, direction } = move;
  return database.transaction(async (tx) => {
    const { hosted } = await lockWriters(tx, prefix);
    const before = await findMove(tx, prefix);
    if (before !== null && isPulling(before)) return before;
    const hasFailed = before?.side === 'target' && before.state === 'failed';
    // What another node answers for was this node's once: its rows are brought up to date.
    if (hosted && !hasFailed) await assertEmpty(tx, prefix);
    if (hosted && direction === 'back')
      throw new KapokError('MOVE_REFUSED', { message: `Prefix ${prefix} is hosted here`, subject: prefix });
    if (hosted) await freeze(tx, prefix, 'for good');
    const opened = await openMove(tx, 'target', move);
    await auditMove(tx, 'pull', move.actor, opened);
    return opened;
  });
}

type Tx = Parameters<typeof lockWriters>[0];

async function assertEmpty(tx: Tx, prefix: Prefix): Promise<void> {
  const [row] = await tx.query('select 1 from identifiers where prefix = $1 and version > 0 limit 1', [prefix]);
  if (row === undefined) return;
  const message = `This node has identifiers of its own below ${prefix}; what moves here would take their place`;
  throw new KapokError('PREFIX_IN_USE', { message, subject: prefix });
}

export interface Pulling {
  readonly database: Database;
  readonly source: SourceClient;
  /** The node itself, which does what its operator has begun. */
  readonly governing: Omit<Governing, 'actor'>;
  /** A change is committed: caches are told. */
  readonly announce: () => Promise<void>;
  /** After each page; throws to stop. */
  readonly onPage: (copied: number) => Promise<void>;
}

/**
 * Takes a prefix over: copies while the source is written, holds writing up, copies the rest, compares, and lets the source
 * decide. At each moment one of both nodes answers, and has all that was acknowledged. Can be called again after any step.
 */
export async function pullMove({ prefix, state }: Move, pulling: Pulling): Promise<void> {
  const { source } = pulling;
  const theirs = state === 'taken' ? null : await source.getSettings();
  if (theirs?.state === 'offered') await copyAll(prefix, pulling);
  if (state !== 'taken') {
    await take(prefix, pulling);
    await pulling.announce();
  }
  await source.release();
  await pulling.database.transaction(async (tx) => setMove(tx, await lockMove(tx, prefix), { state: 'done' }));
}

async function copyAll(prefix: Prefix, pulling: Pulling): Promise<void> {
  const { database, source, announce, onPage } = pulling;
  const settings = await source.getSettings();
  const { suffixCase } = settings;
  await storeSettings(database, prefix, settings);
  const copy = () => copyRecords({ database, source, prefix, suffixCase, onPage });
  for (let i = 0, left = Infinity; i < FREE_PASSES && left > LITTLE; i++) left = (await copy()).copied;

  await source.freeze();
  let pass = await copy();
  for (let i = 0; i < FROZEN_PASSES && pass.copied > 0; i++) pass = await copy();
  if (pass.copied > 0) {
    throw new KapokError('UPSTREAM_INVALID', {
      message: `Records of ${prefix} are not the same after they were copied`,
    });
  }
  const last = await source.getSettings();
  await storeSettings(database, prefix, last);
  for (const file of await missingFiles(database, prefix, last.files)) {
    await storeMovedFile(database, prefix, file, await source.getFile(file.sha256));
  }
  await answer(prefix, pass.total, pulling);
  await announce();
  await source.finish(pass.total);
}

async function storeMovedFile(
  database: Database,
  prefix: Prefix,
  file: { sha256: string; type: string; name: string; public: boolean; actor: string },
  bytes: Buffer,
): Promise<void> {
  const text = `insert into files (prefix, sha256, size, type, name, bytes, public, actor)
    select $1, sha256($2), $3, $4, $5, $2, $6, $7 where encode(sha256($2), 'hex') = $8
    on conflict do nothing returning 1`;
  const { sha256, type, name, public: open, actor } = file;
  const stored = await database.query(text, [prefix, bytes, bytes.length, type, name, open, actor, sha256]);
  if (stored.length === 1) return;
  throw new KapokError('UPSTREAM_INVALID', { message: `The bytes of file ${sha256} are not those of its name` });
}

/**
 * Of a move `out`: all is here, and the source may refer to this node at any moment. A node that has given the prefix back
 * once has referred to the node above until now. Of a move `back` the node below goes on answering until `take`.
 */
async function answer(
  prefix: Prefix,
  { identifiers, digest }: MoveTotal,
  { database, governing }: Pulling,
): Promise<void> {
  await database.transaction(async (tx) => {
    const { hosted } = await lockWriters(tx, prefix);
    const move = await lockMove(tx, prefix);
    if (move.state !== 'pulling' && move.state !== 'finishing') throw notNow(move);
    await tx.query('update moves set identifiers = $2, digest = $3 where prefix = $1', [prefix, identifiers, digest]);
    await setMove(tx, move, { state: 'finishing' });
    if (hosted || move.direction === 'back') return;
    await governPrefix(tx, prefix, { site: null }, because({ ...governing, actor: SYSTEM }));
    await freeze(tx, prefix, 'for good');
  });
}

/** The source has given it away: this node answers, and is written. */
async function take(prefix: Prefix, { database, governing }: Pulling): Promise<void> {
  await database.transaction(async (tx) => {
    const { hosted } = await lockWriters(tx, prefix);
    const move = await lockMove(tx, prefix);
    if (!hosted) await governPrefix(tx, prefix, { site: null }, because({ ...governing, actor: SYSTEM }));
    await unfreeze(tx, prefix);
    await auditMove(tx, 'take', SYSTEM, await setMove(tx, move, { state: 'taken' }));
  });
}
