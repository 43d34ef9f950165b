import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Selection, selectsAll, selectValues } from '../record/select.ts';
import type { Value } from '../record/value.ts';
import { messageOf, responsibleNode } from '../resolve/answer-json.ts';
import type { Context } from '../resolve/context.ts';
import type { Absent, Found, Outcome, Query, Withdrawn } from '../resolve/outcome.ts';
import { isKnownTag } from './etag.ts';
import { outcomeJson, staleHeaders } from './outcome-json.ts';
import { sendJson, sendText } from './send-json.ts';

export interface OutcomeAnswer<O extends Outcome = Outcome> {
  readonly query: Query;
  readonly outcome: O;
  readonly selection: Selection;
  readonly context: Context;
  /** What the caller may read beyond the public values. */
  readonly full?: readonly Value[] | undefined;
}

/** An outcome in the shapes and status codes of Handle's REST interface. */
export function sendOutcome(reply: FastifyReply, request: FastifyRequest, answer: OutcomeAnswer): FastifyReply {
  const { query, outcome, context } = answer;
  const { stale } = outcome;
  for (const [name, value] of staleHeaders(outcome)) reply.header(name, value);
  const extra = {
    ...(stale === undefined ? {} : { stale }),
    ...(context.trace === null ? {} : { explain: explanation(outcome), trace: context.trace.hops }),
  };
  if (outcome.kind === 'found') return sendFound(reply, request, { ...answer, outcome }, extra);
  const { status, json } = outcomeJson(query.text, outcome, extra);
  return sendJson(reply.code(status), request, json);
}

export function sendValues(
  reply: FastifyReply,
  request: FastifyRequest,
  {
    handle,
    values,
    selection,
    extra = {},
  }: { handle: string; values: readonly Value[]; selection: Selection; extra?: object },
): FastifyReply {
  const selected = selectValues(values, selection);
  if (selected.length === 0) return sendJson(reply, request, { responseCode: 200, values: [], handle, ...extra });
  return sendJson(reply, request, { responseCode: 1, handle, values: selected, ...extra });
}

function sendFound(
  reply: FastifyReply,
  request: FastifyRequest,
  answer: OutcomeAnswer<Found>,
  extra: object,
): FastifyReply {
  const { query, outcome, selection, full } = answer;
  const { record } = outcome;
  // Without a version there is nothing by which an older answer could be told apart.
  if (record.version > 0 && full === undefined) {
    const etag = `"${record.version}"`;
    reply.header('etag', etag);
    if (isKnownTag(request.headers['if-none-match'], etag)) return reply.code(304).send();
  }
  const plain = selectsAll(selection) && Object.keys(extra).length === 0;
  if (plain) return sendText(reply, request, record.spelled(query.text).body);
  return sendValues(reply, request, { handle: query.text, values: full ?? record.values(), selection, extra });
}

/** Why the answer is what it is: who said it, from where, how long it may be kept. */
function explanation(outcome: Outcome) {
  const { kind, path, source, ttl } = outcome;
  const known = { outcome: kind, node: responsibleNode(outcome), path, source, ttl: Math.ceil(ttl) };
  if (kind === 'found') return { ...known, version: outcome.record.version };
  if (kind === 'referral') return { ...known, prefix: outcome.prefix };
  return { ...known, reason: outcome.reason, message: messageOf(outcome as Absent | Withdrawn) };
}
