import { type Static, Type } from 'typebox';
import { operation } from './operation.ts';
import { parameter } from './parameters.ts';

/** A text, and from where to where it holds what was looked for, in UTF-16 units. */
const MarkedText = Type.Object({
  text: Type.String(),
  marks: Type.Array(Type.Tuple([Type.Integer(), Type.Integer()])),
});

export const SearchHit = Type.Object({
  identifier: Type.String(),
  prefix: Type.String(),
  version: Type.Integer(),
  /** RFC 3339, UTC. */
  updatedAt: Type.String(),
  name: MarkedText,
  /** `PREFIX/name` */
  template: Type.Optional(Type.String()),
  /** Values that hold something of what was looked for, each cut to what is around the first mark. */
  values: Type.Array(Type.Object({ index: Type.Integer(), type: Type.String(), ...MarkedText.properties })),
});
export type SearchHit = Static<typeof SearchHit>;

const Facet = Type.Array(
  Type.Object({ value: Type.String(), count: Type.Integer(), label: Type.Optional(Type.String()) }),
);

/** `GET /api/v1/search`. */
export const SearchPage = Type.Object({
  hits: Type.Array(SearchHit),
  count: Type.Integer(),
  /** There are more than were counted; the counts of facets are of these, too. */
  atLeast: Type.Optional(Type.Literal(true)),
  /** Words that were found in the place of what was asked. */
  spellings: Type.Optional(Type.Array(Type.Object({ asked: Type.String(), used: Type.Array(Type.String()) }))),
  facets: Type.Optional(Type.Object({ industry: Facet, organisation: Facet, template: Facet })),
  /** Where the next page begins; absent on the last. */
  next: Type.Optional(Type.String()),
});
export type SearchPage = Static<typeof SearchPage>;

/** `GET /api/v1/reverse`. */
export const ReversePage = Type.Object({
  referrers: Type.Array(
    Type.Object({
      identifier: Type.String(),
      version: Type.Integer(),
      name: Type.String(),
      /** Those that point there. */
      values: Type.Array(Type.Object({ index: Type.Integer(), type: Type.String() })),
    }),
  ),
  next: Type.Optional(Type.String()),
});
export type ReversePage = Static<typeof ReversePage>;

const tag = 'Search';

export const searchCatalogue = operation({
  id: 'searchCatalogue',
  method: 'GET',
  path: '/api/v1/search',
  permission: 'public',
  tag,
  summary: 'Full text over names and public values of all that is known here; with a token also over what it may read',
  query: {
    q: { ...parameter.word('Words, "a phrase", -without; Chinese and English'), required: true },
    prefix: parameter.word('Only below this prefix'),
    industry: parameter.word('Only of this industry, a prefix of two labels'),
    organisation: parameter.word('Only of this organisation, a prefix'),
    template: parameter.word('Only of this template, PREFIX/name'),
    facets: parameter.flag('With counts by industry, organisation and template'),
    limit: parameter.whole('Hits a page', 100),
    after: parameter.word('What next of the page before said'),
  },
  answers: { 200: { text: 'A page, the best first', schema: SearchPage } },
});

export const findReferrers = operation({
  id: 'findReferrers',
  method: 'GET',
  path: '/api/v1/reverse',
  permission: 'public',
  tag,
  summary: 'Which identifiers point at a URL or at an identifier',
  query: {
    target: { ...parameter.word('A URL or an identifier'), required: true },
    limit: parameter.whole('Identifiers a page', 1000),
    after: parameter.word('What next of the page before said'),
  },
  answers: { 200: { text: 'A page, in the order of prefix and suffix', schema: ReversePage } },
});
