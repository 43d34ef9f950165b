import type { FastifyInstance } from 'fastify';
import { createOpenApi } from '../../../proto/http/openapi.ts';
import { operations, resources } from '../../../proto/http/operations.ts';
import { getOpenApi, getReference } from '../../../proto/http/service.ts';
import { JSON_TYPE } from '../../resolve/public-record.ts';
import type { Language } from '../pages/language.ts';
import { preferredLanguage } from '../pages/language.ts';
import { sendPage } from '../pages/page.ts';
import { referencePage } from '../pages/reference-page.ts';
import { readWord } from '../query-string.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

/** The interface, described by itself: each form of it is made when it is first asked for, and kept. */
export function referenceRoutes(app: FastifyInstance, services: Services): void {
  let document: string | undefined;
  const pages: { [language in Language]?: string } = {};

  route(app, services, getOpenApi, async (_request, reply) => {
    document ??= JSON.stringify(createOpenApi({ operations, resources }));
    return reply.type(JSON_TYPE).send(document);
  });

  route(app, services, getReference, async (request, reply) => {
    const language = readWord(request, 'lang', ['en', 'zh']) ?? preferredLanguage(request.headers['accept-language']);
    pages[language] ??= referencePage(language, operations);
    return sendPage(reply.header('vary', 'Accept-Language'), pages[language]);
  });
}
