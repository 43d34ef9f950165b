import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  exportIdentifiers,
  type ListedIdentifier,
  queryIdentifiers as listing,
} from '../../../proto/http/identifiers.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { MAX_INDEX } from '../../record/value.ts';
import { type Column, exportCsv, exportNdjson } from '../../registry/export-identifiers.ts';
import { listedValues } from '../../registry/listed-values.ts';
import { countIdentifiers, type ListedRecord, queryIdentifiers } from '../../registry/query-identifiers.ts';
import { readFlag, readText, readWhole, readWord } from '../query-string.ts';
import { readAfter, readIdentifierQuery } from '../read-identifier-query.ts';
import { type Handler, route } from '../route.ts';
import type { Services } from '../services.ts';

const PAGE = 100;
const MAX_PAGE = 1000;
const MAX_COLUMNS = 256;

/** Query 查询: the identifiers of a prefix or of all below it, in pages or as a file that can be imported again. */
export function queryRoutes(app: FastifyInstance, services: Services): void {
  const { database } = services;

  route(app, services, listing, async (request, _reply, admission) => {
    const query = readIdentifierQuery(services, request, admission);
    const limit = readWhole(request, 'limit', { max: MAX_PAGE }) ?? PAGE;
    const withValues = readFlag(request, 'values') ?? false;
    const found = await queryIdentifiers(database, query, { after: readAfter(services, request), limit: limit + 1 });
    const page = found.slice(0, limit);
    const next = found.length > limit ? { next: page.at(-1)?.identifier } : {};
    const total = readFlag(request, 'count') ? { total: await countIdentifiers(database, query) } : {};
    const identifiers = page.map((record) => ({
      ...listed(record),
      ...(withValues ? { values: [...listedValues(record, query)] } : {}),
    }));
    return { identifiers, ...next, ...total };
  });

  const download: Handler<typeof exportIdentifiers> = async (request, reply, admission) => {
    const query = { ...readIdentifierQuery(services, request, admission), status: 'active' } as const;
    const format = readWord(request, 'format', ['ndjson', 'csv']) ?? 'ndjson';
    const columns = readColumns(request);
    if ((format === 'csv') !== columns.length > 0) {
      const message =
        format === 'csv' ? 'columns must name the columns, such as 1:URL,NAME' : 'columns are for format=csv';
      throw new KapokError('BAD_REQUEST', { message, at: 'columns' });
    }
    const chunks = format === 'csv' ? exportCsv(database, query, columns) : exportNdjson(database, query);
    return reply
      .type(format === 'csv' ? 'text/csv;charset=utf-8' : 'application/x-ndjson')
      .header(
        'content-disposition',
        `attachment; filename="export.${format}"; filename*=UTF-8''${escapeName(`${query.prefix}.${format}`)}`,
      )
      .send(Readable.from(chunks, { objectMode: false }));
  };
  route(app, services, exportIdentifiers, download, { head: false });
}

function listed({ identifier, version, values, successor, createdAt, updatedAt }: ListedRecord) {
  const named = successor === null ? {} : { successor };
  const status = values === null ? 'tombstone' : 'active';
  return { identifier, version, status, createdAt, updatedAt, ...named } satisfies ListedIdentifier;
}

/** `1:URL,NAME,7`: an index, a type, or both, as the header of an import names its columns. */
function readColumns(request: FastifyRequest): Column[] {
  const names = readText(request, 'columns')?.split(',') ?? [];
  if (names.length > MAX_COLUMNS)
    throw new KapokError('BAD_REQUEST', { message: `At most ${MAX_COLUMNS} columns`, at: 'columns' });
  return names.map((name) => {
    const [, digits, type] = /^(?:(\d{1,10})(?::|$))?(.*)$/s.exec(name) ?? [];
    const index = digits === undefined ? null : Number(digits);
    if (name === '' || (index !== null && (index < 1 || index > MAX_INDEX))) {
      throw new KapokError('BAD_REQUEST', {
        message: `columns has "${name.slice(0, 40)}", which is no index and no type`,
        at: 'columns',
      });
    }
    return { name, index, type: type === undefined || type === '' ? null : type };
  });
}

/** RFC 8187 §3.2. */
function escapeName(text: string): string {
  return encodeURIComponent(text).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
