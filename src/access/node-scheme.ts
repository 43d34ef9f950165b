import type { Queryable } from '../database/database.ts';
import type { Scheme } from './authenticator.ts';
import type { Caller } from './caller.ts';
import type { NodeKey } from './node-key.ts';
import { rightsOf } from './rights.ts';
import { assertFirstUse } from './signatures/nonces.ts';
import { KEY_HEADER, type SignedCall, verifyRequest } from './signatures/request-signature.ts';

/** Calls that another node has signed for this one (RFC 9421); its rights are the grants of its subject. */
export function nodeScheme(database: Queryable, { key, now }: { key: NodeKey; now: () => number }): Scheme {
  return {
    find({ method, target, headers }) {
      if (headers[KEY_HEADER] === undefined || headers.authorization !== undefined) return undefined;
      const request = { method, target, headers, authority: String(headers.host ?? '') };
      return callerOf(database, verifyRequest(request, { recipient: key.subject, now }));
    },
  };
}

async function callerOf(database: Queryable, call: SignedCall): Promise<Caller> {
  const { subject } = call;
  const { grants } = await rightsOf(database, subject);
  // Without rights a replay gains nothing, and anybody could fill the table with calls of keys made for it.
  if (grants.length > 0) await assertFirstUse(database, call);
  // No node is a member: anybody can make up its key.
  return { id: subject, subject, grants, organisations: [] };
}
