import type { FastifyRequest } from 'fastify';
import { TIMEOUT_HEADER } from '../../proto/http/timeout.ts';
import { KapokError } from '../errors/kapok-error.ts';
import { type Identifier, parseIdentifier, whyInvalidIdentifier } from '../identifier/identifier.ts';
import { decodePath } from '../identifier/percent-encoding.ts';
import type { Context } from '../resolve/context.ts';
import type { QueryOptions } from '../resolve/query.ts';
import { Trace } from '../resolve/trace.ts';
import { spanOf } from './follow-requests.ts';
import { peerOf } from './peer.ts';
import type { Services } from './services.ts';

/** What the path of a request holds after `base`, undecoded: the framework's decoding would lose which "/" was escaped. */
export function pathAfter(request: FastifyRequest, base: string): string {
  const target = request.raw.url ?? '';
  // A proxy sends the whole URL (RFC 9112 §3.2.2).
  const url = target.startsWith('/') ? target : target.replace(/^[^:/?#]+:\/\/[^/?#]*/, '');
  const end = url.indexOf('?');
  return url.slice(base.length, end < 0 ? undefined : end);
}

/**
 * The identifier a reader asks for. What cannot be one because its slash or suffix is missing is answered as not found,
 * as Handle's REST interface does; other malformed ones are refused.
 */
export function readIdentifier(path: string): Identifier {
  const text = decodePath(path);
  const slash = text.indexOf('/');
  if (text !== '' && (slash < 0 || slash === text.length - 1)) {
    throw new KapokError('NOT_FOUND', { message: `Identifier ${whyInvalidIdentifier(text)}`, subject: text });
  }
  return parseIdentifier(text);
}

/** By default a node that recurses follows referrals, and another answers with them. */
export function queryOptions(
  { config }: Services,
  {
    auth = false,
    recursive = config.capabilities.has('recurses'),
  }: { auth?: boolean | undefined; recursive?: boolean | undefined },
): QueryOptions {
  return { authoritative: auth, recursive };
}

export function createContext({ config, now }: Services, request: FastifyRequest, explain: boolean): Context {
  return {
    deadline: now() + Math.min(config.deadline, readTimeout(request)),
    trace: explain ? new Trace() : null,
    source: peerOf(request.raw.socket).source,
    ...spanOf(request.raw),
  };
}

/** Milliseconds that the caller says it will wait; without a word, or with one that is no number, for ever. */
function readTimeout({ headers }: FastifyRequest): number {
  const said = String(headers[TIMEOUT_HEADER] ?? '');
  return /^\d{1,9}$/.test(said) ? Number(said) : Number.POSITIVE_INFINITY;
}
