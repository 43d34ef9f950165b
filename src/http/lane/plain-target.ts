import { type Identifier, parseIdentifier } from '../../identifier/identifier.ts';
import { decodePath } from '../../identifier/percent-encoding.ts';

export const HANDLES = '/api/handles/';
/** The pattern of such a target, as requests are counted by. */
export const ROUTE = `${HANDLES}*`;

/** Without a query; what is beyond visible ASCII no request target may hold (RFC 9112 §3.2, RFC 3986 §2). */
const PATH = /^[\x21-\x3e\x40-\x7e]+$/;

/** What the target of a plain request asks for, undecoded; null: it is no identifier's. */
export function pathOf(target: string): string | null {
  return target.startsWith(HANDLES) ? target.slice(HANDLES.length) : null;
}

/** The identifier that a path names; null: there is something else to be done, or to be said about it. */
export function readPath(path: string): Identifier | null {
  if (!PATH.test(path)) return null;
  try {
    return parseIdentifier(decodePath(path));
  } catch {
    return null;
  }
}

/** Whether an identifier is its own spelling in a path. */
export function isOwnPath(text: string): boolean {
  return PATH.test(text) && !text.includes('%');
}
