import { type Static, Type } from 'typebox';
import { operation } from './operation.ts';
import { parameter } from './parameters.ts';

const textOrNull = Type.Union([Type.String(), Type.Null()]);

/** One act 审计: who, when, why, what it was before and after, and its place in the chain. */
export const AuditEntry = Type.Object({
  seq: Type.Integer(),
  at: Type.String(),
  /** The id of a token, the subject, or "system". */
  actor: Type.String(),
  subject: textOrNull,
  action: Type.String(),
  kind: Type.String(),
  id: Type.String(),
  prefix: textOrNull,
  reason: textOrNull,
  before: Type.Unknown(),
  after: Type.Unknown(),
  /** SHA-256, hexadecimal. */
  previous: Type.String(),
  hash: Type.String(),
});
export type AuditEntry = Static<typeof AuditEntry>;

const tag = 'Audit';

export const listAudit = operation({
  id: 'listAudit',
  method: 'GET',
  path: '/api/v1/audit',
  permission: 'audit.read',
  tag,
  summary: 'Who did what in the scopes of the caller, the newest first, page by page',
  query: {
    actor: parameter.word('Only what this one did: the id of a token, or a subject'),
    action: parameter.word('Only this, such as token.revoke'),
    kind: parameter.word('Only what was done to this kind of thing, such as prefix'),
    id: parameter.word('Only what was done to the thing with this id'),
    prefix: parameter.word('Only what was done at this prefix, or below'),
    from: parameter.moment('Only at this moment, or later'),
    to: parameter.moment('Only before this moment'),
    after: parameter.word('What `next` of the page before said'),
    limit: parameter.whole('Entries a page', 1000),
  },
  answers: {
    200: {
      text: 'A page',
      schema: Type.Object({ entries: Type.Array(AuditEntry), next: Type.Optional(Type.String()) }),
    },
  },
});

export const AuditPruning = Type.Object(
  {
    /** The last entry that goes. */
    through: Type.Integer({ minimum: 1 }),
    /** Its hash, as the export of it says. */
    hash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    /** Entries of so many days stay; 180 when absent, and at least. */
    days: Type.Optional(Type.Integer({ minimum: 1, maximum: 36_500 })),
    reason: Type.Optional(Type.String({ minLength: 1, maxLength: 1024 })),
  },
  { additionalProperties: false },
);
export type AuditPruning = Static<typeof AuditPruning>;

export const pruneAudit = operation({
  id: 'pruneAudit',
  method: 'POST',
  path: '/api/v1/audit/prune',
  permission: 'audit.prune',
  tag,
  summary: 'Remove the oldest entries, once they were exported; a signed checkpoint takes their place',
  body: AuditPruning,
  answers: {
    200: {
      text: 'How many were removed, and the first that is left',
      schema: Type.Object({ removed: Type.Integer(), first: Type.Integer() }),
    },
  },
});

export const exportAudit = operation({
  id: 'exportAudit',
  method: 'GET',
  path: '/api/v1/audit/export',
  permission: 'audit.read',
  tag,
  summary:
    'The whole chain, an entry a line, with its checkpoint and its head, signed by the node: for `kapok audit verify`',
  query: { after: parameter.word('Begin after the entry with this number; otherwise with the first') },
  answers: {
    200: { text: 'Perhaps a checkpoint, entries, then the head', schema: Type.String(), type: 'application/x-ndjson' },
  },
});
