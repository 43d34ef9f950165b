import * as allotments from './allotments.ts';
import * as attachments from './attachments.ts';
import * as audit from './audit.ts';
import * as changes from './changes.ts';
import * as computed from './computed.ts';
import * as enrolments from './enrolments.ts';
import * as escrow from './escrow.ts';
import * as feed from './feed.ts';
import * as files from './files.ts';
import * as filings from './filings.ts';
import * as grants from './grants.ts';
import * as handles from './handles.ts';
import * as holidays from './holidays.ts';
import * as identifiers from './identifiers.ts';
import * as iiidap from './iiidap.ts';
import * as imports from './imports.ts';
import * as login from './login.ts';
import * as members from './members.ts';
import * as monitoring from './monitoring.ts';
import * as moves from './moves.ts';
import * as notices from './notices.ts';
import type { Operation } from './operation.ts';
import * as organisationData from './organisation-data.ts';
import * as organisations from './organisations.ts';
import * as prefixes from './prefixes.ts';
import * as reportStream from './report-stream.ts';
import * as reports from './reports.ts';
import * as resolutions from './resolutions.ts';
import * as resolve from './resolve.ts';
import * as search from './search.ts';
import * as service from './service.ts';
import * as sessions from './sessions.ts';
import * as snms from './snms/operations.ts';
import * as statistics from './statistics.ts';
import * as templates from './templates.ts';
import * as tokens from './tokens.ts';
import * as transfers from './transfers.ts';
import * as webhooks from './webhooks.ts';

/** What each file of operations exports: its schemas and its operations. */
export const resources = [
  resolve,
  changes,
  handles,
  identifiers,
  computed,
  imports,
  templates,
  files,
  search,
  prefixes,
  allotments,
  moves,
  transfers,
  enrolments,
  tokens,
  grants,
  organisationData,
  organisations,
  filings,
  holidays,
  iiidap,
  attachments,
  members,
  sessions,
  login,
  feed,
  statistics,
  resolutions,
  reports,
  audit,
  notices,
  webhooks,
  reportStream,
  escrow,
  monitoring,
  service,
  snms,
] as const;

type OperationsOf<Module> = {
  [K in keyof Module as Module[K] extends Operation ? Module[K]['id'] : never]: Module[K] extends Operation
    ? Module[K]
    : never;
};
type Both<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;

/** The type of each operation, by its id. */
export type OperationTable = Both<{ [I in keyof typeof resources]: OperationsOf<(typeof resources)[I]> }[number]>;
export type OperationId = keyof OperationTable;

/** Every operation of the HTTP interface, resource by resource. */
export const operations: readonly Operation[] = resources.flatMap((resource) =>
  Object.values<unknown>(resource).filter(isOperation),
);

/** A schema has none of these together. */
function isOperation(thing: unknown): thing is Operation {
  return typeof thing === 'object' && thing !== null && 'method' in thing && 'path' in thing && 'permission' in thing;
}
