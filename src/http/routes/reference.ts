import type { FastifyInstance } from 'fastify';
import { createOpenApi } from '../../../proto/http/openapi.ts';
import { operations, resources } from '../../../proto/http/operations.ts';
import { getOpenApi, getReference } from '../../../proto/http/service.ts';
import { JSON_TYPE } from '../../resolve/public-record.ts';
import { preferredLanguage } from '../pages/language.ts';
import { sendPage } from '../pages/page.ts';
import { referencePage } from '../pages/reference-page.ts';
import { readWord } from '../query-string.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

/** The interface, described by itself: made once, at the start. */
export function referenceRoutes(app: FastifyInstance, services: Services): void {
  const document = JSON.stringify(createOpenApi({ operations, resources }));
  const pages = { en: referencePage('en', operations), zh: referencePage('zh', operations) };

  route(app, services, getOpenApi, async (_request, reply) => reply.type(JSON_TYPE).send(document));

  route(app, services, getReference, async (request, reply) => {
    const language = readWord(request, 'lang', ['en', 'zh']) ?? preferredLanguage(request.headers['accept-language']);
    return sendPage(reply.header('vary', 'Accept-Language'), pages[language]);
  });
}
