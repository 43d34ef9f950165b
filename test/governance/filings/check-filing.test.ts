import t from 'tap';
import { changeFiling } from '../../../src/governance/filings/check-filing.ts';
import { formatFilingNumber, isFilingNumber } from '../../../src/governance/filings/filing-number.ts';
import { missingFields } from '../../../src/governance/filings/missing-fields.ts';
import type { Prefix } from '../../../src/identifier/prefix.ts';
import { FILINGS } from './samples.ts';

t.test('fields that are named take the place of theirs, and null takes one away', async (t) => {
  const before = { name: 'Parts', type: 'app' } as const;
  t.strictSame(changeFiling('application', before, { name: 'Spare parts', users: 7 }), {
    ...before,
    name: 'Spare parts',
    users: 7,
  });
  t.strictSame(changeFiling('application', before, { type: null }), { name: 'Parts' });
  t.strictSame(before, { name: 'Parts', type: 'app' });
});

t.test('a field that the kind does not have, or that holds something else, is named', async (t) => {
  const of = (kind: Parameters<typeof changeFiling>[0], patch: Record<string, unknown>) => () =>
    changeFiling(kind, {}, patch);
  const [endpoint] = FILINGS.node.endpoints;
  const cases: [work: () => unknown, at: string, message: RegExp][] = [
    [of('node', { users: 1 }), 'data.users', /is no field of this filing; it has name, prefix/],
    [of('application', { constructor: 1 }), 'data.constructor', /is no field/],
    [of('application', { users: '7' }), 'data.users', /integer/],
    [of('application', { name: '' }), 'data.name', /fewer than 1|at least 1/],
    [of('application', { name: '  ' }), 'data.name', /is blank/],
    [of('application', { name: 'a\u0000b' }), 'data.name', /control character/],
    [of('application', { name: 'x'.repeat(256) }), 'data.name', /255/],
    [of('application', { recursion: { address: '127.0.0.1', port: 0 } }), 'data.recursion.port', /1/],
    [of('node', { prefix: '88..1' }), 'data.prefix', /empty label/],
    [
      of('node', { endpoints: [endpoint, { ...endpoint, address: 'http://x/' }] }),
      'data.endpoints[1].address',
      /IP address/,
    ],
    [of('node', { endpoints: [{ address: '::1', interfaces: [] }] }), 'data.endpoints[0].interfaces', /1/],
    [
      of('node', { publicKey: { kty: 'OKP', crv: 'Ed25519', x: 'x', d: 'secret' } }),
      'data.publicKey.d',
      /private part/,
    ],
    [of('organisation', { industries: ['Z/99'] }), 'data.industries[0]', /pattern/],
    [of('organisation', { operation: 'both' }), 'data.operation', /./],
  ];
  for (const [work, at, message] of cases) t.throws(work, { at, message }, at);
  const publicKey = Object.fromEntries(
    Array.from({ length: 16 }, (_, i) => [i === 0 ? 'kty' : `x${i}`, 'x'.repeat(2048)]),
  );
  t.throws(of('node', { publicKey }), { at: 'data', message: /over 32768 bytes/ });
});

t.test('the prefix of a node is kept in its canonical form', async (t) => {
  t.match(changeFiling('node', {}, { prefix: '88.102.ab' }), { prefix: '88.102.AB' });
});

t.test('an empty filing lacks what its kind needs, a whole one nothing', async (t) => {
  t.strictSame(missingFields('organisation', {}), [
    ...['introduction', 'operation', 'systems.registration', 'systems.resolution', 'dataHosting', 'industries'],
  ]);
  t.strictSame(missingFields('node', {}), [
    ...['name', 'prefix', 'encoding', 'operator', 'endpoints.ipv4', 'endpoints.ipv6', 'publicKey'],
  ]);
  t.strictSame(missingFields('application', {}), ['name', 'type', 'introduction', 'users', 'recursion', 'developer']);
  for (const kind of ['organisation', 'node', 'application'] as const)
    t.strictSame(missingFields(kind, changeFiling(kind, {}, { ...FILINGS[kind] })), [], kind);
});

t.test('who entrusts another says whom, and a node is reached over both protocols', async (t) => {
  const { operator, ...own } = FILINGS.organisation;
  t.strictSame(missingFields('organisation', own), []);
  t.strictSame(missingFields('organisation', { ...own, operation: 'entrusted' }), ['operator']);
  t.strictSame(missingFields('organisation', { ...own, operation: 'entrusted', operator }), []);
  const endpoints = FILINGS.node.endpoints.filter(({ address }) => !address.includes(':'));
  t.strictSame(missingFields('node', { ...FILINGS.node, endpoints }), ['endpoints.ipv6']);
  t.strictSame(missingFields('application', { ...FILINGS.application, users: 0 }), [], 'nobody yet is an answer');
});

t.test('a filing number tells a wrong character, and two that were exchanged', async (t) => {
  const number = formatFilingNumber({ authority: '88.102' as Prefix, year: 2026, running: 17 });
  t.match(number, /^88\.102-2026-000017-[0-9A-Z]$/);
  t.ok(isFilingNumber(number));
  t.notOk(isFilingNumber(number.replace('000017', '000018')));
  t.notOk(isFilingNumber(number.replace('000017', '000071')));
  t.notOk(isFilingNumber(number.replace('2026', '2062')));
  t.notOk(isFilingNumber(number.slice(0, -2)));
});
