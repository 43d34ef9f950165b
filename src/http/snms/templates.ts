import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as described from '../../../proto/http/snms/templates.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { type Prefix, parsePrefix } from '../../identifier/prefix.ts';
import { findTemplate, publishTemplate, type TemplateId } from '../../registry/templates.ts';
import type { Admission } from '../admission.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';
import { success } from './envelope.ts';
import { getParameter } from './query.ts';
import { refused } from './second-level-error.ts';
import {
  changedTemplate,
  deletedTemplate,
  isPublishedHere,
  newTemplate,
  type PublishedHere,
  type SecondLevelTemplate,
  shownTemplate,
} from './template-form.ts';
import { templateIdOf } from './template-name.ts';

/** `/snms/api/v5/template`; version 3 has no states, and numbers the items itself. */
export function templateRoutes(app: FastifyInstance, services: Services): void {
  const { database } = services;

  const publish = async (id: TemplateId, template: SecondLevelTemplate, { caller }: Admission) => {
    const { created } = await publishTemplate(database, id, { template, actor: caller });
    return created;
  };

  const make = (numbered: boolean) => async (request: { body: described.SnmsTemplate }, admission: Admission) => {
    const id = writable(services, request.body, admission);
    const template = newTemplate(request.body, { numbered });
    const present = await findTemplate(database, id);
    // A retry says what has been said; anything else would change a version that records follow.
    if (present !== null && JSON.stringify(present.template) !== JSON.stringify(template))
      throw refused('模板版本已存在', 'version');
    await publish(id, template, admission);
    return success(true);
  };

  const remove = async (request: { body: described.SnmsTemplateName }, admission: Admission) => {
    const id = writable(services, request.body, admission);
    await publish(id, deletedTemplate((await getTemplate(services, id)).template), admission);
    return success(true);
  };

  const get = async (request: FastifyRequest, admission: Admission) => {
    const prefix = parsePrefix(getParameter(request, 'prefix', 64));
    const version = getParameter(request, 'version', 128);
    admission.at(prefix);
    return shownTemplate(await getTemplate(services, templateIdOf(prefix, version)));
  };

  route(app, services, described.snmsGetTemplate, async (request, _reply, admission) =>
    success(await get(request, admission)),
  );
  route(app, services, described.snmsGetTemplateV3, async (request, _reply, admission) => {
    const { handle: _handle, items, ...template } = await get(request, admission);
    return success({ ...template, items: items.map(({ state: _state, ...item }) => item) });
  });

  route(app, services, described.snmsCreateTemplate, (request, _reply, admission) => make(false)(request, admission));
  route(app, services, described.snmsCreateTemplateV3, (request, _reply, admission) => make(true)(request, admission));

  route(app, services, described.snmsUpdateTemplate, async (request, _reply, admission) => {
    const id = writable(services, request.body, admission);
    const { template } = await getTemplate(services, id);
    await publish(id, changedTemplate(request.body, template), admission);
    return success(true);
  });

  route(app, services, described.snmsDeleteTemplate, (request, _reply, admission) => remove(request, admission));
  route(app, services, described.snmsDeleteTemplateV3, (request, _reply, admission) => remove(request, admission));
}

function writable(
  { prefixes }: Services,
  { prefix: text, version }: { prefix: string; version: string },
  admission: Admission,
): TemplateId {
  const prefix: Prefix = parsePrefix(text);
  admission.writable(prefixes, prefix);
  return templateIdOf(prefix, version);
}

/** The template in its present form. Throws TEMPLATE_NOT_FOUND, for one that was deleted too. */
export async function getTemplate({ database }: Pick<Services, 'database'>, id: TemplateId): Promise<PublishedHere> {
  const found = await findTemplate(database, id);
  if (!isPublishedHere(found) || found.template.secondLevel.deleted === true)
    throw new KapokError('TEMPLATE_NOT_FOUND');
  return found;
}
