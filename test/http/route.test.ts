import { fastify } from 'fastify';
import t from 'tap';
import { operation } from '../../proto/http/operation.ts';
import { operations } from '../../proto/http/operations.ts';
import type { Authenticator } from '../../src/access/authenticator.ts';
import type { Caller } from '../../src/access/caller.ts';
import { BODY_CHECKS, checkBody } from '../../src/http/check-body.ts';
import { type Handler, requireOperations, route } from '../../src/http/route.ts';
import type { Services } from '../../src/http/services.ts';

const operator: Caller = { id: '1', subject: null, grants: [{ role: 'operator', scope: '' }], organisations: [] };
const authenticator = { find: async () => operator } as unknown as Authenticator;

const JSON_TYPE = { 'content-type': 'application/json' };

function appWith(handler: Handler<typeof described>) {
  const app = fastify({ logger: false });
  requireOperations(app);
  route(app, { authenticator } as Services, described, handler);
  return app;
}

const described = operation({
  id: 'test',
  method: 'GET',
  path: '/test',
  permission: 'records.read',
  tag: 'Test',
  summary: 'Test',
  answers: { 200: { text: 'ok' } },
});

t.test('a route that names no permission cannot be made', async (t) => {
  const app = fastify({ logger: false });
  requireOperations(app);
  t.throws(() => app.get('/open', async () => 'open'), /The route GET \/open names no permission/);
});

t.test('an answer of a route that did not ask where it is allowed never leaves', async (t) => {
  const careless = appWith(async () => 'secret');
  const sent = appWith((_request, reply) => reply.send('secret'));
  for (const app of [careless, sent]) {
    const answer = await app.inject('/test');
    t.equal(answer.statusCode, 500);
    t.notMatch(answer.body, 'secret');
  }
  const careful = appWith(async (_request, _reply, admission) => {
    admission.at('');
    return 'told';
  });
  t.equal((await careful.inject('/test')).body, 'told');
});

t.test('every operation has an id, a route and an answer of its own', async (t) => {
  t.ok(operations.length > 30);
  for (const of of [({ id }) => id, ({ method, path }) => `${method} ${path}`] as ((
    one: (typeof operations)[number],
  ) => string)[]) {
    t.equal(new Set(operations.map(of)).size, operations.length);
  }
  for (const { id, answers } of operations) t.ok(Object.keys(answers).length > 0, id);
});

t.test('the schema of every body can be compiled, and refuses a body of another kind', async (t) => {
  const app = fastify({ logger: false, ajv: BODY_CHECKS });
  const checked = operations.filter(({ body, upload }) => body !== undefined && upload === undefined);
  for (const { id, body = {} } of checked) app.post(`/${id}`, { preValidation: checkBody(body) }, async () => 'taken');
  for (const { id } of checked) {
    const answer = await app.inject({ method: 'POST', url: `/${id}`, body: '0', headers: JSON_TYPE });
    // Handle's own write takes what the parser of values says.
    const expected = id === 'putHandle' ? { statusCode: 200 } : { statusCode: 400, body: /FST_ERR_VALIDATION/ };
    t.match(answer, expected, id);
  }
  t.ok(checked.length > 70);
});
