import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as described from '../../../proto/http/attachments.ts';
import { may } from '../../access/may.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { listAttachments } from '../../governance/organisations/attachment-table.ts';
import { attachmentTypeOf } from '../../governance/organisations/attachment-type.ts';
import { attach, detach, openAttachment } from '../../governance/organisations/attachments.ts';
import { readBytesAlone } from '../json-body.ts';
import { readOrganisation } from '../organisation-parameter.ts';
import { readText, readWord } from '../query-string.ts';
import { type Handler, route } from '../route.ts';
import type { Services } from '../services.ts';
import { isUuid } from '../uuid.ts';
import { recordReading } from './organisations.ts';

/** Pictures and scans of an organisation's documents: read by itself and by who decides on it. */
export function attachmentRoutes(app: FastifyInstance, services: Services): void {
  const { database, secrets } = services;

  app.register((scope, _options, registered) => {
    readBytesAlone(scope);
    const handler: Handler<typeof described.uploadAttachment> = async (request, reply, admission) => {
      const organisation = readOrganisation(request, admission);
      const kind = readWord(request, 'kind', described.ATTACHMENT_KINDS);
      if (kind === undefined) throw new KapokError('BAD_REQUEST', { message: 'kind is missing', at: 'kind' });
      const bytes = readBody(request);
      const type = attachmentTypeOf(bytes, { name: readText(request, 'name'), claimed: claimedType(request) });
      const box = await secrets.box();
      const attached = await attach(database, { organisation, kind, type, bytes, box, actor: admission.caller });
      return reply.code(201).send(attached);
    };
    route(scope, services, described.uploadAttachment, handler, { bodyLimit: described.MAX_ATTACHMENT_BYTES });
    registered();
  });

  route(app, services, described.listAttachments, async (request, _reply, admission) => ({
    attachments: await listAttachments(database, readOrganisation(request, admission)),
  }));

  route(app, services, described.getAttachment, async (request, reply, admission) => {
    const organisation = readOrganisation(request, admission);
    const id = readId(request);
    const { info, bytes } = await openAttachment(database, { organisation, id, box: await secrets.box() });
    if (may(admission.caller, 'filings.review', ''))
      await recordReading(services, organisation, admission, { attachment: info.kind });
    return (
      reply
        .type(info.type)
        // It came from a stranger, and it is private.
        .header('content-disposition', `attachment; filename="${info.kind}"`)
        .header('x-content-type-options', 'nosniff')
        .header('content-security-policy', "default-src 'none'; sandbox")
        .header('cache-control', 'private, no-store')
        .send(bytes)
    );
  });

  route(app, services, described.removeAttachment, async (request, _reply, admission) => {
    const organisation = readOrganisation(request, admission);
    const id = readId(request);
    await detach(database, { organisation, id, actor: admission.caller, box: await secrets.box() });
    return { id, removed: true };
  });
}

function readId(request: FastifyRequest): string {
  const { attachment = '' } = request.params as Record<string, string>;
  if (!isUuid(attachment)) throw new KapokError('ATTACHMENT_NOT_FOUND');
  return attachment.toLowerCase();
}

function readBody({ body }: FastifyRequest): Buffer {
  if (Buffer.isBuffer(body) && body.length > 0) return body;
  throw new KapokError('BAD_REQUEST', { message: 'The body is the file, and it is empty', at: 'body' });
}

function claimedType({ headers }: FastifyRequest): string | null {
  return headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? null;
}
