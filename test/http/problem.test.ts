import t from 'tap';
import { Value } from 'typebox/value';
import { Problem } from '../../proto/http/problem.ts';
import { startDatabases } from '../support/database.ts';
import { startTestNode } from '../support/node.ts';

const databases = await startDatabases(t);
const node = await startTestNode(t, { KAPOK_PREFIX: '88.101', DATABASE_URL: await databases.create() });

t.test('a failure is told as problem details, with our code and the response code of Handle', async (t) => {
  const body = { identifier: '88.101/A', values: [{ index: 0, type: 'URL', data: 'x' }] };
  const { status, headers, json } = await node.call('POST', '/api/v1/identifiers', { body });
  t.equal(status, 400);
  t.match(headers['content-type'], /^application\/problem\+json/);
  t.strictSame(json, {
    type: 'urn:kapok:error:INVALID_VALUE',
    title: 'A value of the record is not valid',
    status: 400,
    detail: 'values[0].index must be a whole number from 1 to 2147483647',
    code: 'INVALID_VALUE',
    responseCode: 202,
    at: 'values[0].index',
  });
});

t.test('whatever fails outside of the interface of Handle fails in that shape', async (t) => {
  for (const [method, path, options, code] of [
    ['GET', '/api/v1/tokens', { token: null }, 'UNAUTHENTICATED'],
    ['GET', '/api/v1/tokens', { token: `kapok_${'n'.repeat(43)}` }, 'INVALID_CREDENTIAL'],
    ['GET', '/api/v1/identifiers/88.101/none', {}, 'NOT_FOUND'],
    ['GET', '/api/v1/identifiers/%zz', {}, 'INVALID_IDENTIFIER'],
    ['POST', '/api/v1/tokens', { body: '{' }, 'BAD_REQUEST'],
    ['POST', '/api/v1/tokens', { body: 'x', headers: { 'content-type': 'text/plain' } }, 'UNSUPPORTED_MEDIA_TYPE'],
    ['GET', '/api/v1/nothing', {}, 'UNKNOWN_ROUTE'],
    ['POST', '/health/live', {}, 'UNKNOWN_ROUTE'],
  ] as const) {
    const { status, headers, json } = await node.call(method, path, options);
    t.match(headers['content-type'], /^application\/problem\+json/, path);
    t.ok(Value.Check(Problem, json), `${method} ${path}`);
    t.match(json, { code, status }, `${method} ${path}`);
  }
});

t.test('the interface of Handle fails in its own shape', async (t) => {
  for (const path of ['/api/handles/88.101/none', '/api/handles/%zz', '/api/nothing', '/88.101/none']) {
    const { headers, json } = await node.get(path);
    t.match(headers['content-type'], /^application\/json/, path);
    t.match(json, { responseCode: Number, title: undefined }, path);
  }
});
