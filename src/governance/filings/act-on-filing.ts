import type { FilingData } from '../../../proto/http/filing-data.ts';
import type { FilingState } from '../../../proto/http/filings.ts';
import type { Database, Queryable } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { isUnder, type Prefix, parsePrefix } from '../../identifier/prefix.ts';
import { lockHeld, resumeHeld, suspendHeld } from '../allotments/suspend-held.ts';
import { type Actor, appendAudit } from '../audit/append-audit.ts';
import { getTransition, type Party } from '../machine.ts';
import { appendNotice } from '../notices/append-notice.ts';
import { getVerified } from '../organisations/organisation-table.ts';
import { changeFiling } from './check-filing.ts';
import { FILING_TRANSITIONS, type FilingAction, IN_FORCE, TO_DECIDE } from './filing-machine.ts';
import { nextFilingNumber } from './filing-number.ts';
import { type FilingChange, type FilingRow, isFiledElse, lockFiling, updateFiling } from './filing-table.ts';
import { getCalendar } from './holidays.ts';
import { missingFields } from './missing-fields.ts';
import { addWorkingDays, addYear, type Day, dayOf } from './working-days.ts';

/** 工作日: what an authority has to decide on what is filed. */
export const REVIEW_DAYS = 20;

export interface FilingStep {
  readonly id: string;
  readonly action: FilingAction;
  readonly by: Party;
  readonly actor: Actor;
  readonly reason?: string | undefined;
  /** Of `edit`: fields to replace, or with null to take away. */
  readonly patch?: Readonly<Record<string, unknown>> | undefined;
  /** Versions of which the filing must have one; null: any. */
  readonly versions: readonly number[] | null;
  readonly now: Date;
  /** Whose filings these are; what time does needs no authority. */
  readonly authority: Prefix | null;
}

/** Does what its table allows, in one transaction with the audit entry and the notice of it. */
export function actOnFiling(database: Database, step: FilingStep): Promise<FilingRow> {
  return database.transaction((tx) => actOnFilingIn(tx, step));
}

/** The same within a transaction. Throws TRANSITION_REFUSED, VERSION_MISMATCH, FILING_INCOMPLETE, ORGANISATION_NOT_VERIFIED. */
export async function actOnFilingIn(tx: Queryable, step: FilingStep): Promise<FilingRow> {
  const { id, action, by, actor, reason, versions } = step;
  const row = await lockFiling(tx, id);
  if (versions !== null && !versions.includes(row.version))
    throw new KapokError('VERSION_MISMATCH', { message: `The filing has the version ${row.version}` });
  const { to } = getTransition(FILING_TRANSITIONS, { state: row.state, action, by }, { reason });
  if (isAboutHolding(row, to)) await lockHeld(tx, row.organisation);
  const effect = await effectOf(tx, row, step);
  const undecided = TO_DECIDE.has(to) ? {} : { due: null };
  const next = await updateFiling(tx, row, {
    ...row,
    ...effect,
    ...undecided,
    state: to,
    submitted: action === 'submit',
  });
  const prefix = prefixOf(next.data);
  const [before, after] = [row, next].map(auditedOf);
  await appendAudit(tx, {
    action: `filing.${action}`,
    actor,
    kind: 'filing',
    id,
    prefix,
    reason: reason ?? null,
    before,
    after,
  });
  if (action !== 'edit') await tell(tx, next, { action, prefix });
  if (isAboutHolding(row, to)) await followInPrefixes(tx, next, step);
  return next;
}

/** 主体备案 comes into force, or is in force no more. A filing of a node or of an application says nothing about who may hold prefixes. */
function isAboutHolding({ kind, state }: FilingRow, to: FilingState): boolean {
  return kind === 'organisation' && IN_FORCE.has(state) !== IN_FORCE.has(to);
}

/** The prefixes of an organisation rest while none of its filings is in force any more. Last, for from here on all writers wait. */
async function followInPrefixes(
  tx: Queryable,
  { organisation, id, state }: FilingRow,
  step: FilingStep,
): Promise<void> {
  const held = { organisation, cause: 'filing', actor: step.actor } as const;
  if (IN_FORCE.has(state)) return resumeHeld(tx, { ...held, reason: 'The organisation has a filing in force again' });
  if (await isFiledElse(tx, { organisation, id })) return;
  const why = step.reason === undefined ? '' : `: ${step.reason}`;
  await suspendHeld(tx, { ...held, reason: `The filing of the organisation is ${state}${why}` });
}

/** What an action means besides the state. */
async function effectOf(tx: Queryable, row: FilingRow, step: FilingStep): Promise<Partial<FilingChange>> {
  const { now, reason = null } = step;
  const today = dayOf(now);
  switch (step.action) {
    case 'edit':
      return edited(row, step.patch ?? {});
    case 'submit':
      assertComplete(row);
      assertBelow(row, authorityOf(step));
      await getVerified(tx, row.organisation);
      return { due: await reviewDue(tx, today), remarks: null };
    case 'accept':
      await getVerified(tx, row.organisation);
      return {
        number: row.number ?? (await nextFilingNumber(tx, authorityOf(step), Number(today.slice(0, 4)))),
        data: row.pending ?? row.data,
        pending: null,
        remarks: null,
        // The authority has just seen the whole of it.
        confirmedUntil: addYear(today),
      };
    case 'confirm':
      return { confirmedUntil: addYear(today) };
    case 'discard':
      return { pending: null, remarks: null };
    case 'return':
    case 'suspend':
    case 'revoke':
      return { remarks: reason };
    case 'resume':
      return { remarks: null };
    case 'review':
    case 'cancel':
    case 'lapse':
      return {};
  }
}

function authorityOf({ authority, action }: FilingStep): Prefix {
  if (authority === null) throw new Error(`${action} needs an authority`);
  return authority;
}

/** What was accepted stays as it is: its change is drafted beside it. */
function edited(
  { kind, number, data, pending }: FilingRow,
  patch: Readonly<Record<string, unknown>>,
): Partial<FilingChange> {
  const changed = changeFiling(kind, pending ?? data, patch);
  return number === null ? { data: changed } : { pending: changed };
}

function assertComplete({ kind, data, pending }: FilingRow): void {
  const missing = missingFields(kind, pending ?? data);
  if (missing.length === 0) return;
  const message = `The filing is not complete; missing: ${missing.join(', ')}`;
  throw new KapokError('FILING_INCOMPLETE', { message, at: `data.${missing[0]}` });
}

/** An authority has on record what is below it. */
function assertBelow({ data, pending }: FilingRow, authority: Prefix): void {
  const prefix = prefixOf(pending ?? data);
  if (prefix === null || (prefix !== authority && isUnder(prefix, authority))) return;
  const message = `data.prefix ${prefix} does not lie below ${authority}, with which it is filed`;
  throw new KapokError('BAD_REQUEST', { message, at: 'data.prefix', subject: prefix });
}

async function reviewDue(tx: Queryable, today: Day): Promise<Day> {
  return addWorkingDays(today, REVIEW_DAYS, await getCalendar(tx, Number(today.slice(0, 4))));
}

/** The prefix that the filing of a node is about. */
function prefixOf(data: FilingData): Prefix | null {
  return 'prefix' in data && data.prefix !== undefined ? parsePrefix(data.prefix) : null;
}

function auditedOf({ state, version, number, data, pending, due, confirmedUntil }: FilingRow) {
  return { state, version, number, data, pending, due, confirmedUntil };
}

function tell(
  tx: Queryable,
  { organisation, id, kind, state, number, remarks, due, confirmedUntil }: FilingRow,
  { action, prefix }: { action: FilingAction; prefix: Prefix | null },
): Promise<void> {
  const body = { kind, state, number, remarks, due, confirmedUntil };
  return appendNotice(tx, { organisation, kind: `filing.${action}`, prefix, about: { kind: 'filing', id }, body });
}
