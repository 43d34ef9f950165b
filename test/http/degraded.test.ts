import t from 'tap';
import { whyDegraded } from '../../src/http/degraded.ts';

const well = { redis: { usable: true }, watches: () => ({ lost: 0 }), mirrors: () => ({ failing: 0 }) };

t.test('what is there, or was never to be there, is no reason', async (t) => {
  t.strictSame(whyDegraded(well), []);
  t.strictSame(whyDegraded({ ...well, redis: null, mirrors: null }), []);
});

t.test('each thing that a node can do without is told when it is away', async (t) => {
  t.match(whyDegraded({ ...well, redis: { usable: false } }), [/^Redis is away/]);
  t.match(whyDegraded({ ...well, watches: () => ({ lost: 2 }) }), [/^2 nodes cannot be followed: their answers/]);
  t.match(whyDegraded({ ...well, mirrors: () => ({ failing: 1 }) }), [/^1 node below cannot be followed/]);
});
