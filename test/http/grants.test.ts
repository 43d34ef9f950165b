import t from 'tap';
import { startDatabases } from '../support/database.ts';
import { startTestNode } from '../support/node.ts';

const databases = await startDatabases(t);
const node = await startTestNode(t, { KAPOK_PREFIX: '88.101', DATABASE_URL: await databases.create() });
const grant = (body: object, token?: string) =>
  node.call('POST', '/api/v1/grants', token === undefined ? { body } : { body, token });

t.test('a grant is given once, listed, and taken back', async (t) => {
  const body = { subject: '300:88.101.1/ADMIN', role: 'registrant', scope: '88.101.1' };
  const first = await grant(body);
  t.match(first, { status: 201, json: { ...body, id: String } });
  t.match(await grant(body), { status: 200, json: { id: first.json.id } });
  t.match((await node.call('GET', '/api/v1/grants')).json, { grants: [{ id: first.json.id }] });
  t.match(await node.call('DELETE', `/api/v1/grants/${first.json.id}`), { status: 200, json: { revoked: true } });
  t.match(await node.call('DELETE', `/api/v1/grants/${first.json.id}`), { status: 400, json: { at: 'id' } });
  t.strictSame((await node.call('GET', '/api/v1/grants')).json.grants, []);
});

t.test('a manager of access gives, sees and takes back within its own scope alone', async (t) => {
  const made = await node.call('POST', '/api/v1/tokens', { body: { scope: '88.101.1', role: 'operator', label: 'm' } });
  const { token } = made.json;
  const subject = `node:${'a'.repeat(43)}`;
  const outside = (await grant({ subject, role: 'auditor', scope: '88.101.2' })).json;
  t.equal((await grant({ subject, role: 'auditor', scope: '88.101.1.7' }, token)).status, 201);
  for (const scope of ['', '88.101', '88.101.2', '88.101.11']) {
    t.match(await grant({ subject, role: 'auditor', scope }, token), { status: 403 }, scope);
  }
  const { grants } = (await node.call('GET', '/api/v1/grants', { token })).json;
  t.strictSame(
    grants.map(({ scope }: { scope: string }) => scope),
    ['88.101.1.7'],
  );
  t.equal((await node.call('DELETE', `/api/v1/grants/${outside.id}`, { token })).status, 403);
});

t.test('what is no subject, no role or no scope is refused, and the answer names the field', async (t) => {
  const good = { subject: 'oidc:https://issuer.invalid#42', role: 'auditor', scope: '' };
  t.equal((await grant(good)).status, 201);
  for (const [body, reason] of [
    [{ ...good, subject: 'somebody' }, /subject must be/],
    [{ ...good, subject: '0:88.101/A' }, /subject must be/],
    [{ ...good, subject: '300:88..101/A' }, /subject must be/],
    [{ ...good, subject: '300:88.101/' }, /subject must be/],
    [{ ...good, subject: 'node:short' }, /subject must be/],
    [{ ...good, subject: 'oidc:https://issuer.invalid#a\u0000b' }, /subject contains the control character U\+0000/],
    [{ ...good, subject: 'oidc:https://issuer.invalid#\ud800' }, /subject contains half a character/],
    [{ ...good, role: 'king' }, /role must be/],
    [{ ...good, scope: '88..1' }, /Prefix has an empty label/],
    [{ subject: good.subject, role: 'auditor' }, /required property 'scope'/],
  ] as const) {
    const { status, json } = await grant(body);
    t.match({ status, detail: json.detail }, { status: 400, detail: reason }, JSON.stringify(body));
  }
});

t.test('a key is granted in the spelling in which it will prove itself', async (t) => {
  const { json } = await grant({ subject: '0300:88.101/Admin', role: 'auditor', scope: '' });
  t.match(json, { code: 'BAD_REQUEST' });
  const given = await grant({ subject: '300:88.101/admin', role: 'auditor', scope: '' });
  t.match(given, { status: 201, json: { subject: '300:88.101/ADMIN' } });
  t.equal((await grant({ subject: '300:88.101/ADMIN', role: 'auditor', scope: '' })).status, 200);
});
