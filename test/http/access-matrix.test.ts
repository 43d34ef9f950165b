import t from 'tap';
import type { Operation } from '../../proto/http/operation.ts';
import { operations } from '../../proto/http/operations.ts';
import type { Role } from '../../proto/http/roles.ts';
import { SNMS_TAG } from '../../proto/http/snms/envelope.ts';
import { ROLES } from '../../src/access/roles.ts';
import type { Answer } from '../support/call.ts';
import { startDatabases } from '../support/database.ts';
import { startTestNode } from '../support/node.ts';
import { OF_ITS_OWNER, OF_NO_PREFIX, OF_THE_NODE, ROW_BY_ROW, SAMPLES } from './samples.ts';
import { asHttp } from './snms/samples.ts';

const OWN = '88.101.1';
const FOREIGN = ['88.101.2', '88.101.11'];

const databases = await startDatabases(t);
const node = await startTestNode(t, { KAPOK_PREFIX: '88.101', DATABASE_URL: await databases.create() });
for (const prefix of [OWN, ...FOREIGN]) {
  await node.call('PUT', `/api/v1/prefixes/${prefix}`, { body: {} });
  const body = [{ index: 1, type: 'NAME', data: 'sample' }];
  await node.call('PUT', `/api/handles/${prefix}/sample`, { body });
}
const guarded = operations.filter(({ permission }) => permission !== 'public');

async function tokenOf(role: Role, scope: string): Promise<string> {
  const { json } = await node.call('POST', '/api/v1/tokens', { body: { role, scope, label: `${role} of ${scope}` } });
  return json.token;
}

async function callAt({ id, method, tag }: Operation, prefix: string, token: string | null): Promise<Answer> {
  const { path, ...options } = (await SAMPLES[id]?.(prefix, node)) ?? { path: '' };
  const answer = await node.call(method, path, { ...options, token });
  return tag === SNMS_TAG ? asHttp(answer) : answer;
}

/** Whether an answer refuses for the want of rights; of rows, whether each of them is refused so. */
function isRefused({ id }: Operation, { status, text }: Answer): boolean {
  if (OF_ITS_OWNER.includes(id)) return status === 403 || status === 404;
  if (!ROW_BY_ROW.includes(id) || status !== 200) return status === 403;
  return text.includes('"code":"FORBIDDEN"') && !text.includes('"outcome":"created"') && !text.includes('replaced":1');
}

function isAllowed({ id, permission }: Operation, { role, scope }: { role: Role; scope: string }, at: string): boolean {
  if (!ROLES[role].has(permission)) return false;
  if (OF_NO_PREFIX.includes(id)) return true;
  if (OF_THE_NODE.includes(id)) return scope === '';
  return scope === '' || at === scope;
}

t.test('every operation that is not public has a call in this matrix', async (t) => {
  t.strictSame(guarded.map(({ id }) => id).sort(), Object.keys(SAMPLES).sort());
});

for (const role of Object.keys(ROLES) as Role[]) {
  for (const scope of [OWN, '']) {
    t.test(
      `${role} ${scope === '' ? 'of the whole node' : 'of a prefix'}: what is allowed, and nothing else`,
      async (t) => {
        const token = await tokenOf(role, scope);
        for (const operation of guarded) {
          for (const at of [OWN, ...FOREIGN]) {
            const answer = await callAt(operation, at, token);
            const { status, text } = answer;
            const what = `${operation.id} at ${at}: ${status} ${text.slice(0, 120)}`;
            if (isAllowed(operation, { role, scope }, at))
              t.notOk(status === 401 || isRefused(operation, answer), what);
            else t.ok(isRefused(operation, answer), what);
          }
        }
      },
    );
  }
}

t.test('without a credential, and with a wrong one, nothing that is not public is answered', async (t) => {
  for (const operation of guarded) {
    for (const token of [null, `kapok_${'w'.repeat(43)}`]) {
      const { status, json } = await callAt(operation, OWN, token);
      const code = token === null ? 'UNAUTHENTICATED' : 'INVALID_CREDENTIAL';
      t.match({ status, code: json?.code }, { status: 401, code }, operation.id);
    }
  }
});

t.test('a refusal is the same whether what was asked for exists or not', async (t) => {
  const token = await tokenOf('registrant', OWN);
  const [other = ''] = FOREIGN;
  const told = async (method: string, suffix: string, body?: object) => {
    const { status, json } = await node.call(method, `/api/v1/identifiers/${other}/${suffix}`, {
      token,
      ...(body === undefined ? {} : { body }),
    });
    return { status, json };
  };
  for (const [method, body] of [
    ['PUT', { values: [] }],
    ['DELETE', undefined],
  ] as const) {
    t.strictSame(await told(method, 'sample', body), await told(method, 'none', body), method);
  }
});
