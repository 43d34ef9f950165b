import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { getHome, redirect } from '../../../proto/http/service.ts';
import { catalogue } from '../../errors/catalogue.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { encodePath } from '../../identifier/percent-encoding.ts';
import { httpUrlsOf } from '../../record/site.ts';
import type { Value } from '../../record/value.ts';
import { errorJson, messageOf, WITHDRAWN_CODES } from '../../resolve/answer-json.ts';
import type { Outcome } from '../../resolve/outcome.ts';
import { createQuery } from '../../resolve/query.ts';
import { failurePage, homePage, recordPage } from '../pages/identifier-pages.ts';
import { preferredLanguage } from '../pages/language.ts';
import { sendPage } from '../pages/page.ts';
import { createContext, pathAfter, queryOptions, readIdentifier } from '../resolve-request.ts';
import { type Handler, route } from '../route.ts';
import { sendJson } from '../send-json.ts';
import type { Services } from '../services.ts';

/** `GET /{identifier}`: to the URL that the record names, or to the node that answers; a page for people, JSON for programs, when there is none. */
export function redirectRoutes(app: FastifyInstance, services: Services): void {
  route(app, services, getHome, async (request, reply) => {
    const { identifier } = request.query as { identifier?: unknown };
    if (typeof identifier === 'string' && identifier !== '') {
      // A slash that stays a slash would make it "//host": the address of another server.
      return reply.redirect(`/${encodePath(identifier.trim()).replace(/^\//, '%2F')}`);
    }
    return sendPage(reply, homePage(languageOf(request), services.nodeName));
  });

  const follow: Handler<typeof redirect> = async (request, reply) => {
    const vary = [reply.getHeader('vary') ?? [], 'Accept', 'Accept-Language'].flat();
    reply.header('vary', vary.join(', '));
    try {
      const identifier = readIdentifier(pathAfter(request, '/'));
      const query = createQuery(identifier, services.prefixes, { ...queryOptions(services, {}), recursive: true });
      const outcome = await services.resolver.resolve(query, createContext(services, request, false));
      return sendTarget(request, reply, { identifier: identifier.text, outcome });
    } catch (error) {
      if (!(error instanceof KapokError) || !wantsHtml(request)) throw error;
      const { httpStatus, code, message, subject = '' } = error;
      return sendPage(reply.code(httpStatus), failurePage(languageOf(request), { identifier: subject, code, message }));
    }
  };
  route(app, services, redirect, follow, { resolves: true });
}

function sendTarget(
  request: FastifyRequest,
  reply: FastifyReply,
  { identifier, outcome }: { identifier: string; outcome: Outcome },
) {
  if (outcome.kind === 'found') {
    const values = outcome.record.values();
    const target = findUrl(values);
    if (target !== null) {
      reply.header('expires', new Date(Date.now() + outcome.ttl * 1000).toUTCString());
      return reply.redirect(target, 302);
    }
    if (wantsHtml(request)) return sendPage(reply, recordPage(languageOf(request), identifier, values));
    return sendJson(reply, request, { responseCode: 1, handle: identifier, values });
  }
  if (outcome.kind === 'referral') {
    const [url] = httpUrlsOf(outcome.site);
    if (url === undefined) throw new KapokError('UPSTREAM_UNREACHABLE', { subject: identifier });
    return reply.redirect(`${url}/${encodePath(identifier)}`, 302);
  }
  const code = outcome.kind === 'absent' ? 'NOT_FOUND' : WITHDRAWN_CODES[outcome.reason];
  const message = messageOf(outcome);
  reply.code(catalogue[code].http);
  if (wantsHtml(request)) return sendPage(reply, failurePage(languageOf(request), { identifier, code, message }));
  return sendJson(reply, request, errorJson(new KapokError(code, { message }), identifier));
}

/** The first URL value that a browser can safely be sent to: a `javascript:` URL must not come from a record. */
function findUrl(values: readonly Value[]): string | null {
  for (const { type, data } of values) {
    if (type.toUpperCase() !== 'URL' || data.format !== 'string' || !URL.canParse(data.value)) continue;
    const url = new URL(data.value);
    if (['http:', 'https:', 'ftp:'].includes(url.protocol)) return url.href;
  }
  return null;
}

function languageOf(request: FastifyRequest) {
  return preferredLanguage(request.headers['accept-language']);
}

function wantsHtml(request: FastifyRequest): boolean {
  return request.headers.accept?.includes('text/html') === true;
}
