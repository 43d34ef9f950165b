import t from 'tap';
import { recordTtl } from '../../src/record/ttl.ts';
import type { Value } from '../../src/record/value.ts';

const NOW = Date.parse('2026-01-02T03:04:05Z');

function values(...ttls: (number | string)[]): Value[] {
  return ttls.map((ttl, i) => {
    return { index: i + 1, type: 'T', data: { format: 'string', value: '' }, ttl, timestamp: '2026-01-01T00:00:00Z' };
  });
}

t.test('an answer is kept as long as the value that lives shortest', async (t) => {
  t.equal(recordTtl(values(600, 60, 3600), NOW), 60);
  t.equal(recordTtl(values(600, 0), NOW), 0);
});

t.test('an answer is kept a day at most', async (t) => {
  t.equal(recordTtl([], NOW), 86_400);
  t.equal(recordTtl(values(2_147_483_647), NOW), 86_400);
});

t.test('a value that ends at a moment is kept until then', async (t) => {
  t.equal(recordTtl(values('2026-01-02T03:05:05Z'), NOW), 60);
  t.equal(recordTtl(values('2026-01-02T03:05:05Z'), NOW + 900), 59);
  t.equal(recordTtl(values('2030-01-01T00:00:00Z', 300), NOW), 300);
});

t.test('a value that has ended is not kept', async (t) => {
  t.equal(recordTtl(values('2020-01-01T00:00:00Z'), NOW), 0);
});
