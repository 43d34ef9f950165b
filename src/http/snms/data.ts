import type { FastifyInstance } from 'fastify';
import * as described from '../../../proto/http/snms/data.ts';
import { couldRead } from '../../access/record-rights.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { parseIdentifier, suffixKey } from '../../identifier/identifier.ts';
import { administratorValues } from '../../record/select.ts';
import { templateOf } from '../../record/template/template.ts';
import type { Value } from '../../record/value.ts';
import { getHostedPrefix } from '../../registry/hosted-prefix.ts';
import { findTemplate, parseTemplateId } from '../../registry/templates.ts';
import type { Admission } from '../admission.ts';
import { findHostedRecord } from '../hosted-record.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';
import { success } from './envelope.ts';
import { shownRecord } from './item.ts';
import { getParameter } from './query.ts';
import { RecordWriter } from './record-writer.ts';
import { isPublishedHere } from './template-form.ts';

/** `/identityv2/data`: one record a call. */
export function dataRoutes(app: FastifyInstance, services: Services): void {
  const write = async (admission: Admission, work: (writer: RecordWriter) => Promise<void>) => {
    await work(new RecordWriter(services, admission));
    await services.announce();
    return success(true);
  };

  route(app, services, described.snmsGetData, async (request, _reply, admission) => {
    const { prefix, suffix } = parseIdentifier(getParameter(request, 'handle', 255));
    if (!couldRead(admission.caller, prefix)) admission.at(prefix);
    const { suffixCase } = getHostedPrefix(services.prefixes, prefix);
    const record = await findHostedRecord(services, { prefix, suffixKey: suffixKey(suffix, suffixCase) });
    const values = record === null || record.values === null ? null : (JSON.parse(record.values) as Value[]);
    await admission.readable({ prefix, values });
    if (record === null || values === null) throw new KapokError('NOT_FOUND');
    const version = await findVersion(services, values);
    return success(shownRecord({ prefix, handle: record.handle }, administratorValues(values), version));
  });

  route(app, services, described.snmsCreateData, ({ body }, _reply, admission) =>
    write(admission, (writer) => writer.create(body)),
  );
  route(app, services, described.snmsUpdateData, ({ body }, _reply, admission) =>
    write(admission, (writer) => writer.update(body)),
  );
  route(app, services, described.snmsDeleteData, ({ body }, _reply, admission) =>
    write(admission, (writer) => writer.withdraw(body.handle)),
  );
}

/** The version, as this interface spells it, of the template that a record follows. */
async function findVersion({ database }: Services, values: readonly Value[]): Promise<string | null> {
  const named = templateOf(values);
  if (named === null) return null;
  const template = await findTemplate(database, parseTemplateId(named.id));
  return isPublishedHere(template) ? template.template.secondLevel.version : null;
}
