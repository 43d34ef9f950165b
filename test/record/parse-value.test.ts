import fc from 'fast-check';
import t from 'tap';
import type { KapokError } from '../../src/errors/kapok-error.ts';
import { assertRecordFits, parseValues } from '../../src/record/parse-value.ts';
import { MAX_RECORD_BYTES, MAX_VALUES } from '../../src/record/value.ts';
import { NOW, readInvalidValues, readValidValues } from './read-vectors.ts';

const valid = readValidValues();
const invalid = readInvalidValues();

t.test('stores every valid value of the vectors, its members in the order of Handle’s JSON', async (t) => {
  t.ok(valid.length >= 30);
  for (const { fact, value, stored } of valid) {
    t.equal(JSON.stringify(parseValues([value], NOW)), JSON.stringify([stored]), fact);
  }
});

t.test('reads again what it has stored, and stores the same', async (t) => {
  for (const { fact, stored } of valid) t.strictSame(parseValues([stored], NOW), [stored], fact);
});

t.test('covers every format in the vectors', async (t) => {
  const formats = new Set(valid.map(({ stored }) => (stored as { data: { format: string } }).data.format));
  t.strictSame([...formats].sort(), ['admin', 'base64', 'hex', 'key', 'site', 'string', 'vlist']);
});

t.test('refuses every invalid value of the vectors, and names the place and the reason', async (t) => {
  t.ok(invalid.length >= 80);
  for (const { values, at, reason } of invalid) {
    const error = catchError(() => parseValues(values, NOW));
    const title = `${at} ${reason}`;
    t.match({ code: error?.code, at: error?.at }, { code: 'INVALID_VALUE', at }, title);
    t.ok(error?.message.startsWith(`${at} ${reason}`), `${title}: ${error?.message}`);
  }
});

t.test('sorts values by index', async (t) => {
  const values = [300, 1, 2_147_483_647, 2].map((index) => ({ index, type: 'URL', data: 'x' }));
  t.strictSame(
    parseValues(values, NOW).map((value) => value.index),
    [1, 2, 300, 2_147_483_647],
  );
});

t.test('names another place when it is told one', async (t) => {
  t.throws(() => parseValues([{}], NOW, 'body'), { code: 'INVALID_VALUE', at: 'body[0].index' });
});

t.test('takes a record without values', async (t) => {
  t.strictSame(parseValues([], NOW), []);
});

t.test(`takes ${MAX_VALUES} values and no more`, async (t) => {
  const many = (count: number) => Array.from({ length: count }, (_, i) => ({ index: i + 1, type: 'T', data: '' }));
  t.equal(parseValues(many(MAX_VALUES), NOW).length, MAX_VALUES);
  t.throws(() => parseValues(many(MAX_VALUES + 1), NOW), {
    code: 'INVALID_VALUE',
    at: 'values',
    message: /holds 2049 values; at most 2048/,
  });
});

t.test('a site names at most 64 servers, 16 interfaces of each and 64 attributes', async (t) => {
  const interfaces = (count: number) => Array.from({ length: count }, () => ({ protocol: 'HTTP', port: 80 }));
  const server = { address: 'a.example', interfaces: interfaces(16) };
  const parse = (value: object) =>
    parseValues([{ index: 1, type: 'HS_SITE', data: { format: 'site', value } }], NOW).length;
  const at = 'values[0].data.value';
  const attributes = (count: number) => Array.from({ length: count }, (_, i) => ({ name: `a${i}`, value: '' }));
  t.equal(parse({ servers: Array(64).fill(server), attributes: attributes(64) }), 1);
  t.throws(() => parse({ servers: Array(65).fill(server) }), { code: 'INVALID_VALUE', at: `${at}.servers` });
  t.throws(() => parse({ servers: [{ ...server, interfaces: interfaces(17) }] }), {
    code: 'INVALID_VALUE',
    at: `${at}.servers[0].interfaces`,
  });
  t.throws(() => parse({ servers: [server], attributes: attributes(65) }), {
    code: 'INVALID_VALUE',
    at: `${at}.attributes`,
  });
});

t.test('a record takes 262,144 bytes and no more, whatever their characters', async (t) => {
  t.doesNotThrow(() => assertRecordFits('a'.repeat(MAX_RECORD_BYTES)));
  t.throws(() => assertRecordFits('a'.repeat(MAX_RECORD_BYTES + 1)), {
    code: 'INVALID_VALUE',
    at: 'values',
    message: 'values take 262145 bytes; a record holds at most 262144',
  });
  t.throws(() => assertRecordFits('标'.repeat(87_382)), { message: /262146 bytes/ });
});

t.test('a field named like a member of every object is an unknown field', async (t) => {
  for (const name of ['__proto__', 'constructor', 'toString']) {
    const value = JSON.parse(`{"index":1,"type":"URL","data":"x","${name}":1}`);
    t.throws(() => parseValues([value], NOW), { code: 'INVALID_VALUE', at: `values[0].${name}` }, name);
  }
});

t.test('answers or refuses whatever JSON it is given', async (t) => {
  fc.assert(
    fc.property(fc.jsonValue(), (input) => {
      for (const values of [input, [input], [{ index: 1, type: 'T', data: input }]]) {
        const error = catchError(() => parseValues(values, NOW));
        if (error !== null && error.code !== 'INVALID_VALUE') throw error;
      }
    }),
    { numRuns: 500 },
  );
  t.pass();
});

function catchError(run: () => unknown): KapokError | null {
  try {
    run();
  } catch (error) {
    return error as KapokError;
  }
  return null;
}
