import t from 'tap';
import type { Role } from '../../proto/http/roles.ts';
import type { Administration } from '../../src/access/administration.ts';
import type { Caller, Scope } from '../../src/access/caller.ts';
import { mayRead } from '../../src/access/record-rights.ts';
import { createWriteAuthority } from '../../src/access/write-authority.ts';
import type { IdentifierKey } from '../../src/identifier/identifier.ts';
import { parsePrefix } from '../../src/identifier/prefix.ts';
import type { Permissions } from '../../src/record/permissions.ts';
import type { Value } from '../../src/record/value.ts';
import { isPresent, valuesIn } from '../../src/registry/change-values.ts';
import type { NewRecord, StoredRecord } from '../../src/registry/stored-record.ts';

const PREFIX = parsePrefix('88.101.1');
const KEY = '300:88.101.1/ADMIN';
const administration: Administration = { keyOf: (handle) => handle.toUpperCase(), find: async () => null };

function callerOf(subject: string | null, ...grants: [role: Role, scope: string][]): Caller {
  const held = grants.map(([role, scope]) => ({ role, scope: scope as Scope }));
  return { id: '1', subject, grants: held, organisations: [] };
}

function value(index: number, text: string, permissions?: Permissions): Value {
  const data = { format: 'string', value: text } as const;
  return {
    index,
    type: 'URL',
    data,
    ttl: 60,
    timestamp: '2026-01-01T00:00:00Z',
    ...(permissions ? { permissions } : {}),
  };
}

function admin(permissions: string, index = 300): Value {
  const data = { format: 'admin', value: { handle: '88.101.1/admin', index, permissions } } as const;
  return { index: 100, type: 'HS_ADMIN', data, ttl: 60, timestamp: '2026-01-01T00:00:00Z' };
}

function stored(values: Value[] | null): StoredRecord {
  const text = values === null ? null : JSON.stringify(values);
  const known = { version: 1, hasPrivate: false, ttl: 60, successor: null };
  return { key: '88.101.1/A' as IdentifierKey, handle: '88.101.1/A', values: text, ...known };
}

/** What is made of a record; values that it keeps are those that it is given. */
type Next = NewRecord | ((kept: { values: readonly Value[] }) => NewRecord);

/** The code with which a write is refused; null when it is not. */
async function refusal(caller: Caller, before: Value[] | null, made: Next): Promise<string | null> {
  const current = before === null ? null : stored(before);
  const next = typeof made === 'function' ? made({ values: isPresent(current) ? valuesIn(current) : [] }) : made;
  const permission = next.values === null ? 'records.withdraw' : 'records.change';
  const authority = createWriteAuthority(caller, { prefix: PREFIX, permission }, administration);
  try {
    await authority.assertAdmits(current);
  } catch (error) {
    return `not admitted: ${(error as { code: string }).code}`;
  }
  return authority.assertAllows(current, next).then(
    () => null,
    (error: { code: string }) => error.code,
  );
}

const A = value(1, 'a');
const TO_B: NewRecord = { values: [value(1, 'b')] };
const WITHDRAWN: NewRecord = { values: null };
const registrant = callerOf(null, ['registrant', '88.101.1']);
const key = callerOf(KEY);
const keyWithGrant = callerOf(KEY, ['registrant', '88.101.1']);

t.test('grants decide on a record that names no administrators', async (t) => {
  for (const caller of [registrant, keyWithGrant]) {
    t.equal(await refusal(caller, null, TO_B), null);
    t.equal(await refusal(caller, [A], TO_B), null);
    t.equal(await refusal(caller, [A], WITHDRAWN), null);
  }
  const device = callerOf(null, ['device', '88.101.1']);
  t.equal(await refusal(device, [A], TO_B), null);
  t.equal(await refusal(device, [A], WITHDRAWN), 'not admitted: FORBIDDEN');
  t.equal(await refusal(device, null, TO_B), 'FORBIDDEN');
  for (const caller of [
    key,
    callerOf(null),
    callerOf(null, ['auditor', '']),
    callerOf(null, ['registrant', '88.101.2']),
  ])
    t.equal(await refusal(caller, [A], TO_B), 'not admitted: FORBIDDEN');
});

t.test('the administrators that a record names decide for keys, whatever those were granted', async (t) => {
  for (const caller of [key, keyWithGrant]) {
    t.equal(
      await refusal(caller, [A, admin('000000010000')], { values: [value(1, 'b'), admin('000000010000')] }),
      null,
    );
    t.equal(
      await refusal(caller, [A, admin('000000010000')], { values: [admin('000000010000')] }),
      'PERMISSION_MISSING',
    );
    t.equal(
      await refusal(caller, [A, admin('000000010000')], { values: [A, admin('111111111111')] }),
      'PERMISSION_MISSING',
    );
    t.equal(await refusal(caller, [A, admin('000000000010')], WITHDRAWN), null);
    t.equal(
      await refusal(caller, [A, admin('010000000000')], WITHDRAWN),
      'not admitted: FORBIDDEN',
      'reading is no writing',
    );
    t.equal(
      await refusal(caller, [A, admin('111111111111', 301)], WITHDRAWN),
      'not admitted: FORBIDDEN',
      'another key',
    );
  }
  t.equal(await refusal(registrant, [A, admin('000000000000')], WITHDRAWN), null, 'a token has its role');
  const person = callerOf('oidc:https://id.example.invalid#x', ['registrant', '88.101.1']);
  t.equal(await refusal(person, [A, admin('000000000000')], WITHDRAWN), null, 'a person his grants');
});

t.test('who only keeps records up to date changes no key and no administrator', async (t) => {
  const device = callerOf(null, ['device', '88.101.1']);
  const key300 = { ...value(300, 'key'), type: 'HS_PUBKEY' };
  for (const next of [
    [A, key300],
    [A, admin('111111111111')],
  ]) {
    t.equal(await refusal(device, [A], { values: next }), 'FORBIDDEN');
    t.equal(await refusal(device, next, { values: [A] }), 'FORBIDDEN');
    t.equal(await refusal(registrant, [A], { values: next }), null);
  }
  t.equal(await refusal(device, [A, key300], { values: [value(1, 'b'), key300] }), null);
});

t.test('a value that is written only once stays for everybody, but goes with its record', async (t) => {
  const operator = callerOf(null, ['operator', '']);
  const once = value(1, 'a', '1010');
  t.equal(await refusal(operator, [once], TO_B), 'FORBIDDEN');
  t.equal(await refusal(operator, [once], { values: [] }), 'FORBIDDEN');
  t.equal(await refusal(operator, [once], { values: [once, value(2, 'b')] }), null);
  t.equal(await refusal(operator, [once], WITHDRAWN), null);
});

t.test('a value with public write is changed by whoever is known, and nothing else of its record', async (t) => {
  const stranger = callerOf('oidc:https://id.example.invalid#x');
  const open = [value(1, 'a', '1111'), value(2, 'b')];
  t.equal(await refusal(stranger, open, { values: [value(1, 'x', '1111'), value(2, 'b')] }), null);
  t.equal(await refusal(stranger, open, { values: [value(1, 'x', '1111'), value(2, 'x')] }), 'FORBIDDEN');
  t.equal(await refusal(stranger, open, { values: [value(1, 'x', '1110'), value(2, 'b')] }), 'FORBIDDEN');
  t.equal(await refusal(stranger, open, { values: open }), 'FORBIDDEN');
  t.equal(await refusal(stranger, open, WITHDRAWN), 'FORBIDDEN');
});

t.test('the key of a node, which anybody can make up, is somebody only with a grant', async (t) => {
  const node = `node:${'a'.repeat(43)}`;
  const next: NewRecord = { values: [value(1, 'x', '1111')] };
  t.equal(await refusal(callerOf(node), [value(1, 'a', '1111')], next), 'not admitted: FORBIDDEN');
  t.equal(await refusal(callerOf(node, ['auditor', '88.9']), [value(1, 'a', '1111')], next), null);
});

t.test('who may not read a private value cannot try what it is', async (t) => {
  const stranger = callerOf('oidc:https://id.example.invalid#x');
  const open = [value(1, 'a', '1111'), value(2, '4711', '1100')];
  const change = (guess: string) => ({ values: [value(1, 'x', '1111'), value(2, guess, '1100')] });
  t.equal(
    await refusal(stranger, open, ({ values }) => ({ values: [value(1, 'x', '1111'), values[1] as Value] })),
    null,
  );
  for (const guess of ['4711', '0000']) t.equal(await refusal(stranger, open, change(guess)), 'FORBIDDEN');

  const record = (permissions: string) => [value(2, '4711', '1100'), admin(permissions)];
  const next = (guess: string, permissions: string) => ({ values: [...record(permissions), value(3, guess)] });
  for (const guess of ['4711', '0000']) {
    const values = [value(2, guess, '1100'), value(3, 'new'), admin('000001000000')];
    t.equal(await refusal(key, record('000001000000'), { values }), 'PERMISSION_MISSING');
  }
  t.equal(await refusal(key, record('010001000000'), next('new', '010001000000')), null, 'who may read it knows it');
});

t.test('who reads the private values of a record is decided in the same way', async (t) => {
  const reads = (caller: Caller, values: Value[] | null) => mayRead(caller, { prefix: PREFIX, values }, administration);
  t.equal(await reads(key, [A, admin('010000000000')]), true);
  t.equal(await reads(key, [A, admin('101111111111')]), false);
  t.equal(await reads(keyWithGrant, [A, admin('101111111111')]), false);
  t.equal(await reads(keyWithGrant, [A]), true);
  t.equal(await reads(key, [A]), false);
  t.equal(await reads(key, null), false);
  t.equal(await reads(registrant, [A, admin('000000000000')]), true);
});
