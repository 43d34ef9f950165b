import { type Identifier, parseIdentifier } from '../../identifier/identifier.ts';
import { decodePath } from '../../identifier/percent-encoding.ts';

export const HANDLES = '/api/handles/';
/** The pattern of such a target, as requests are counted by. */
export const ROUTE = `${HANDLES}*`;

/** Without a query; what is beyond visible ASCII no request target may hold (RFC 9112 §3.2, RFC 3986 §2). */
const REST = /^[\x21-\x3e\x40-\x7e]+$/;

/** The identifier that the target of a plain request asks for; null: there is something else to be done, or to be said about it. */
export function readTarget(target: string): Identifier | null {
  if (!target.startsWith(HANDLES)) return null;
  const path = target.slice(HANDLES.length);
  if (!REST.test(path)) return null;
  try {
    return parseIdentifier(decodePath(path));
  } catch {
    return null;
  }
}
