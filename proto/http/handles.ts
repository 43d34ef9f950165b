import { Type } from 'typebox';
import { operation } from './operation.ts';
import { parameter } from './parameters.ts';

const tag = 'Handle';
const identifier = '/api/handles/{+handle}';
const form = {
  pretty: parameter.flag('Indent the answer'),
  callback: parameter.word('Wrap the answer as JSONP'),
} as const;
const index = parameter.word('Only the value with this index; repeatable');
const Answer = Type.Object({ responseCode: Type.Integer(), handle: Type.Optional(Type.String()) });
const Resolved = Type.Object({
  responseCode: Type.Integer(),
  handle: Type.String(),
  values: Type.Optional(Type.Array(Type.Unknown())),
});

export const getHandle = operation({
  id: 'getHandle',
  method: 'GET',
  path: identifier,
  permission: 'public',
  tag,
  summary: 'Resolve an identifier',
  query: {
    type: parameter.word('Only values of this type; repeatable'),
    index,
    auth: parameter.flag('By-pass every cache'),
    recursive: parameter.flag('Follow referrals'),
    publicOnly: parameter.flag('Only public values, also with a credential'),
    explain: parameter.flag('Tell the way of the answer'),
    ...form,
  },
  answers: {
    200: { text: 'Found', schema: Resolved },
    300: { text: 'Ask that site', schema: Resolved },
    304: { text: 'Not modified' },
    403: { text: 'The prefix is suspended, or the values are not for you', schema: Answer },
    404: { text: 'Not registered', schema: Answer },
    410: { text: 'Withdrawn', schema: Answer },
  },
  handleErrors: true,
});

export const putHandle = operation({
  id: 'putHandle',
  method: 'PUT',
  path: identifier,
  permission: 'records.change',
  tag,
  summary: 'Make or replace a record, or single values of it',
  query: {
    overwrite: parameter.flag('Off: refuse to touch what exists'),
    index: parameter.word('The values that are put; `various`: those of the body'),
    mintNewSuffix: parameter.flag('Append a suffix of our own'),
    ...form,
  },
  body: Type.Unknown(),
  answers: { 200: { text: 'Replaced', schema: Answer }, 201: { text: 'Made', schema: Answer } },
  handleErrors: true,
});

export const deleteHandle = operation({
  id: 'deleteHandle',
  method: 'DELETE',
  path: identifier,
  permission: 'records.withdraw',
  tag,
  summary: 'Withdraw a record, or remove values of it',
  query: { index, successor: parameter.word('The identifier that takes its place'), ...form },
  answers: { 200: { text: 'Done', schema: Answer } },
  handleErrors: true,
});

export const listHandles = operation({
  id: 'listHandles',
  method: 'GET',
  path: '/api/handles',
  permission: 'records.read',
  tag,
  summary: 'The identifiers of a prefix, as Handle lists them',
  query: {
    prefix: { ...parameter.word('Whose identifiers'), required: true },
    page: { text: 'From 0', schema: Type.Integer({ minimum: -1 }) },
    pageSize: { text: 'Up to 10,000', schema: Type.Integer({ minimum: -1, maximum: 10_000 }) },
    ...form,
  },
  answers: {
    200: {
      text: 'A page',
      schema: Type.Object({
        responseCode: Type.Integer(),
        prefix: Type.String(),
        totalCount: Type.String(),
        page: Type.Integer(),
        pageSize: Type.Integer(),
        handles: Type.Array(Type.String()),
      }),
    },
  },
  handleErrors: true,
});

export const listHandlePrefixes = operation({
  id: 'listHandlePrefixes',
  method: 'GET',
  path: '/api/prefixes',
  permission: 'prefixes.read',
  tag,
  summary: 'The prefixes whose records live here, as Handle lists them',
  query: form,
  answers: {
    200: {
      text: 'By name',
      schema: Type.Object({
        responseCode: Type.Integer(),
        totalCount: Type.String(),
        prefixes: Type.Array(Type.String()),
      }),
    },
  },
  handleErrors: true,
});

export const getSite = operation({
  id: 'getSite',
  method: 'GET',
  path: '/api/site',
  permission: 'public',
  tag,
  summary: 'This node as HS_SITE',
  query: form,
  answers: {
    200: { text: 'The site', schema: Type.Object({ responseCode: Type.Integer(), site: Type.Unknown() }) },
  },
  handleErrors: true,
});
