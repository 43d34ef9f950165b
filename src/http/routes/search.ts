import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  type ReversePage,
  findReferrers as reverse,
  type SearchPage,
  searchCatalogue as searching,
} from '../../../proto/http/search.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { MAX_WIRE_BYTES } from '../../identifier/limits.ts';
import { type Prefix, parsePrefix } from '../../identifier/prefix.ts';
import type { FacetRow } from '../../search/facet-sql.ts';
import type { Position } from '../../search/find-hits.ts';
import { readerOf } from '../../search/reader.ts';
import { findReferrers } from '../../search/reverse.ts';
import { type SearchHit, search } from '../../search/search.ts';
import { findRequestCaller } from '../caller.ts';
import { decodePageToken, encodePageToken } from '../page-token.ts';
import { getText, readFlag, readText, readWhole } from '../query-string.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

const PAGE = 20;
const MAX_PAGE = 100;
const MAX_REFERRERS = 1000;

/** Search 搜索 and reverse look-up over the catalogue; a credential widens what is seen. */
export function searchRoutes(app: FastifyInstance, services: Services): void {
  const { database } = services;

  route(app, services, searching, async (request): Promise<SearchPage> => {
    const withFacets = readFlag(request, 'facets') ?? false;
    const answer = await search(database, {
      text: getText(request, 'q'),
      within: readWithin(request),
      template: readText(request, 'template') ?? null,
      reader: readerOf(await findRequestCaller(services, request)),
      after: readPosition(request),
      limit: readWhole(request, 'limit', { max: MAX_PAGE }) ?? PAGE,
      withFacets,
    });
    const { hits, count, atLeast, spellings, facets, next } = answer;
    return {
      hits: hits.map(shownHit),
      count,
      ...(atLeast ? { atLeast } : {}),
      ...(spellings.length === 0
        ? {}
        : { spellings: spellings.map(({ asked, used }) => ({ asked, used: [...used] })) }),
      ...(withFacets ? { facets: shownFacets(facets) } : {}),
      ...(next === null ? {} : { next: encodePageToken([next.rank, next.length, next.prefix, next.suffixKey]) }),
    };
  });

  route(app, services, reverse, async (request): Promise<ReversePage> => {
    const token = readText(request, 'after');
    const [prefix, suffixKey] = token === undefined ? [] : decodePageToken(token, ['string', 'string']);
    const { referrers, next } = await findReferrers(database, {
      target: readTarget(request),
      reader: readerOf(await findRequestCaller(services, request)),
      after: prefix === undefined ? null : { prefix: prefix as Prefix, suffixKey: String(suffixKey) },
      limit: readWhole(request, 'limit', { max: MAX_REFERRERS }) ?? MAX_PAGE,
    });
    return {
      referrers: referrers.map(({ identifier, version, name, values }) => ({
        identifier,
        version,
        name,
        values: [...values],
      })),
      ...(next === null ? {} : { next: encodePageToken([next.prefix, next.suffixKey]) }),
    };
  });
}

function readTarget(request: FastifyRequest): string {
  const target = getText(request, 'target');
  if (target !== '' && target.length <= MAX_WIRE_BYTES) return target;
  const message = `target must be a URL or an identifier of up to ${MAX_WIRE_BYTES} characters`;
  throw new KapokError('BAD_REQUEST', { message, at: 'target' });
}

function readWithin(request: FastifyRequest): Prefix[] {
  return ['prefix', 'industry', 'organisation'].flatMap((name) => {
    const text = readText(request, name);
    return text === undefined ? [] : [parsePrefix(text)];
  });
}

function readPosition(request: FastifyRequest): Position | null {
  const token = readText(request, 'after');
  if (token === undefined) return null;
  const place = decodePageToken(token, ['number', 'number', 'string', 'string']);
  const [rank, length, prefix, suffixKey] = place as [number, number, Prefix, string];
  return { rank, length, prefix, suffixKey };
}

function shownHit({ template, name, values, ...hit }: SearchHit): SearchPage['hits'][number] {
  return {
    ...hit,
    name: { text: name.text, marks: name.marks.map(([start, end]) => [start, end]) },
    ...(template === null ? {} : { template }),
    values: values.map((value) => ({ ...value, marks: value.marks.map(([start, end]) => [start, end]) })),
  };
}

function shownFacets(rows: readonly FacetRow[]): NonNullable<SearchPage['facets']> {
  const of = (facet: FacetRow['facet']) =>
    rows
      .filter((row) => row.facet === facet)
      .map(({ value, count, label }) => ({ value, count, ...(label === null ? {} : { label }) }));
  return { industry: of('industry'), organisation: of('organisation'), template: of('template') };
}
