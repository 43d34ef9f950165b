import { type Static, Type } from 'typebox';
import { operation } from './operation.ts';
import { parameter } from './parameters.ts';

/** draft-mcd-identifier-access-responce: the look-up of what is on record, in the manner of RDAP. */
export const IIIDAP_MEDIA_TYPE = 'application/iiidap+json';
export const IIIDAP_CONFORMANCE = ['iiidap_level_0'];

const Notice = Type.Object({ title: Type.String(), description: Type.Array(Type.String()) });

const record = {
  /** The prefix. */
  identifier: Type.String(),
  /** When it was allotted: RFC 3339, UTC. */
  regTime: Type.String(),
  /** `hold`: its authority has suspended it. */
  status: Type.Union([Type.Literal('ok'), Type.Literal('hold')]),
  country: Type.Literal('CN'),
  /** What everybody may know of who holds it; nothing else of it is ever told here. */
  node: Type.Object({
    name: Type.String(),
    type: Type.Union([Type.Literal('industry'), Type.Literal('enterprise')]),
    introduction: Type.Optional(Type.String()),
  }),
};

/** A prefix on record, as everybody may know it. */
export const RecordedPrefix = Type.Object(record);
export type RecordedPrefix = Static<typeof RecordedPrefix>;

const head = {
  iiidapConformance: Type.Array(Type.String()),
  lang: Type.String(),
  notices: Type.Array(Notice),
};
const One = Type.Object({ ...head, ...record });
const Many = Type.Object({ ...head, NodeSearchResults: Type.Array(RecordedPrefix) });
const Help = Type.Object(head);

const tag = 'Filings';
const type = IIIDAP_MEDIA_TYPE;

export const findRecordedPrefix = operation({
  id: 'findRecordedPrefix',
  method: 'GET',
  path: '/iiidap/identifier/{+identifier}',
  permission: 'public',
  tag,
  summary: 'What is on record of a prefix',
  answers: { 200: { text: 'The record', schema: One, type } },
});

export const findRecordedName = operation({
  id: 'findRecordedName',
  method: 'GET',
  path: '/iiidap/name/{+name}',
  permission: 'public',
  tag,
  summary: 'What is on record under exactly this name: the first of its prefixes',
  answers: { 200: { text: 'The record', schema: One, type } },
});

export const searchRecordedNames = operation({
  id: 'searchRecordedNames',
  method: 'GET',
  path: '/iiidap/names',
  permission: 'public',
  tag,
  summary: 'What is on record under names that are this, or begin so',
  query: { name: { ...parameter.word('The name, or its beginning and "*"'), required: true } },
  answers: { 200: { text: 'The records, up to 100', schema: Many, type } },
});

export const getRecordHelp = operation({
  id: 'getRecordHelp',
  method: 'GET',
  path: '/iiidap/help',
  permission: 'public',
  tag,
  summary: 'What can be looked up, and how',
  answers: { 200: { text: 'In words', schema: Help, type } },
});
