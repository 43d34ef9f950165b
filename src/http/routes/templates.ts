import type { FastifyInstance, FastifyRequest } from 'fastify';
import { NewTemplate, type PublishedTemplate as PublishedJson } from '../../../proto/http/templates.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { decodePath } from '../../identifier/percent-encoding.ts';
import { parsePrefix } from '../../identifier/prefix.ts';
import { jsonSchemaOf } from '../../record/template/json-schema.ts';
import type { Template } from '../../record/template/template.ts';
import {
  findTemplate,
  listTemplates,
  type PublishedTemplate,
  parseTemplateId,
  publishTemplate,
  templateText,
} from '../../registry/templates.ts';
import { getRequestCaller, getWritablePrefix } from '../caller.ts';
import { getText, readWhole } from '../query-string.ts';
import { pathAfter } from '../resolve-request.ts';
import type { Services } from '../services.ts';

const TEMPLATES = '/api/v1/templates/';
const SCHEMAS = '/api/v1/schemas/';
const MAX_VERSION = 2_147_483_647;

/** Metadata templates 元数据模板: everybody reads them, for they say what records mean; who covers the prefix publishes. */
export function templateRoutes(app: FastifyInstance, services: Services): void {
  const { database } = services;

  app.post<{ Body: NewTemplate }>('/api/v1/templates', { schema: { body: NewTemplate } }, async (request, reply) => {
    const { template: text, ...template } = request.body;
    const id = parseTemplateId(text);
    const caller = await getRequestCaller(services, request);
    getWritablePrefix(services, caller, id.prefix);
    const publication = { template: template as Template, actor: caller.id };
    const { published, created } = await publishTemplate(database, id, publication);
    return reply.code(created ? 201 : 200).send(jsonOf(published));
  });

  app.get('/api/v1/templates', async (request) => {
    const prefix = parsePrefix(getText(request, 'prefix'));
    return { templates: (await listTemplates(database, prefix)).map(jsonOf) };
  });

  app.get(`${TEMPLATES}*`, async (request) => jsonOf(await getTemplate(services, request, TEMPLATES)));

  app.get(`${SCHEMAS}*`, async (request, reply) => {
    const { prefix, name, version, template } = await getTemplate(services, request, SCHEMAS);
    return reply.type('application/schema+json').send(jsonSchemaOf(templateText({ prefix, name }), version, template));
  });
}

async function getTemplate({ database }: Services, request: FastifyRequest, base: string): Promise<PublishedTemplate> {
  const text = decodePath(pathAfter(request, base));
  const version = readWhole(request, 'version', { max: MAX_VERSION }) ?? null;
  const found = await findTemplate(database, parseTemplateId(text), version);
  if (found === null) throw new KapokError('TEMPLATE_NOT_FOUND', { subject: text });
  return found;
}

function jsonOf({ prefix, name, version, createdAt, template }: PublishedTemplate): PublishedJson {
  const { items, ...named } = template;
  return { template: templateText({ prefix, name }), version, createdAt, ...named, items: [...items] };
}
