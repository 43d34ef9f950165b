import { Type } from 'typebox';
import { operation } from './operation.ts';
import { parameter } from './parameters.ts';

const tag = 'Service';

export const redirect = operation({
  id: 'redirect',
  method: 'GET',
  path: '/{+identifier}',
  permission: 'public',
  tag: 'Resolution',
  summary: 'Go to the URL that an identifier names',
  answers: {
    302: { text: 'The URL of the record, or the node that answers' },
    200: { text: 'The record, when it names no URL' },
    404: { text: 'Not registered' },
  },
  handleErrors: true,
});

export const getHome = operation({
  id: 'getHome',
  method: 'GET',
  path: '/',
  permission: 'public',
  tag: 'Resolution',
  summary: 'A page to resolve from',
  query: { identifier: parameter.word('Go there') },
  answers: { 200: { text: 'The page', type: 'text/html' }, 302: { text: 'To the identifier' } },
});

export const getOpenApi = operation({
  id: 'getOpenApi',
  method: 'GET',
  path: '/openapi.json',
  permission: 'public',
  tag,
  summary: 'This interface as an OpenAPI 3.1 document',
  answers: { 200: { text: 'The document', schema: Type.Object({ openapi: Type.String() }) } },
});

export const getReference = operation({
  id: 'getReference',
  method: 'GET',
  path: '/docs',
  permission: 'public',
  tag,
  summary: 'This interface as a page to read',
  query: { lang: parameter.word('zh or en; otherwise as Accept-Language says') },
  answers: { 200: { text: 'The page', type: 'text/html' } },
});

export const getLive = operation({
  id: 'getLive',
  method: 'GET',
  path: '/health/live',
  permission: 'public',
  tag,
  summary: 'Whether the process runs',
  answers: { 200: { text: 'It does', schema: Type.Object({ status: Type.Literal('live') }) } },
});

/** `reasons`: why it is not ready; `degraded`: what it does less well, though it does it. */
const Readiness = Type.Object({
  status: Type.String(),
  reasons: Type.Array(Type.String()),
  degraded: Type.Array(Type.String()),
});

export const getReady = operation({
  id: 'getReady',
  method: 'GET',
  path: '/health/ready',
  permission: 'public',
  tag,
  summary: 'Whether it can do all its work, and why not',
  answers: { 200: { text: 'Ready', schema: Readiness }, 503: { text: 'Not ready', schema: Readiness } },
});

export const getMetrics = operation({
  id: 'getMetrics',
  method: 'GET',
  path: '/metrics',
  permission: 'public',
  tag,
  summary: 'Metrics for Prometheus',
  answers: { 200: { text: 'Prometheus text', type: 'text/plain' } },
});
