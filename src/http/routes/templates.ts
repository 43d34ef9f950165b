import type { FastifyInstance, FastifyRequest } from 'fastify';
import { baseOf, type Operation } from '../../../proto/http/operation.ts';
import {
  getTemplateSchema,
  getTemplate as getting,
  listTemplates as listing,
  type PublishedTemplate as PublishedJson,
  publishTemplate as publishing,
} from '../../../proto/http/templates.ts';
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
import { getText, readWhole } from '../query-string.ts';
import { pathAfter } from '../resolve-request.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

const MAX_VERSION = 2_147_483_647;

/** Metadata templates 元数据模板: everybody reads them, for they say what records mean; who covers the prefix publishes. */
export function templateRoutes(app: FastifyInstance, services: Services): void {
  const { database } = services;

  route(app, services, publishing, async (request, reply, admission) => {
    const { template: text, ...template } = request.body;
    const id = parseTemplateId(text);
    admission.writable(services.prefixes, id.prefix);
    const publication = { template: template as Template, actor: admission.caller };
    const { published, created } = await publishTemplate(database, id, publication);
    return reply.code(created ? 201 : 200).send(jsonOf(published));
  });

  route(app, services, listing, async (request) => {
    const prefix = parsePrefix(getText(request, 'prefix'));
    return { templates: (await listTemplates(database, prefix)).map(jsonOf) };
  });

  route(app, services, getting, async (request) => jsonOf(await getTemplate(services, request, getting)));

  route(app, services, getTemplateSchema, async (request, reply) => {
    const { prefix, name, version, template } = await getTemplate(services, request, getTemplateSchema);
    return reply.type('application/schema+json').send(jsonSchemaOf(templateText({ prefix, name }), version, template));
  });
}

async function getTemplate(
  { database }: Services,
  request: FastifyRequest,
  described: Operation,
): Promise<PublishedTemplate> {
  const text = decodePath(pathAfter(request, baseOf(described)));
  const version = readWhole(request, 'version', { max: MAX_VERSION }) ?? null;
  const found = await findTemplate(database, parseTemplateId(text), version);
  if (found === null) throw new KapokError('TEMPLATE_NOT_FOUND', { subject: text });
  return found;
}

function jsonOf({ prefix, name, version, createdAt, template }: PublishedTemplate): PublishedJson {
  const { items, ...named } = template;
  return { template: templateText({ prefix, name }), version, createdAt, ...named, items: [...items] };
}
