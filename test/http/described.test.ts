import t from 'tap';
import { assertDescribed } from '../support/assert-described.ts';

const answer = (status: number, json: unknown) => {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, text: '', json };
};

t.test('an answer that its operation does not describe fails the test that got it', async (t) => {
  assertDescribed('GET', '/health/live', answer(200, { status: 'live' }));
  t.throws(() => assertDescribed('GET', '/health/live', answer(200, { status: 'dead' })), /getLive answers 200 not as/);
  t.throws(() => assertDescribed('GET', '/health/live?x', answer(202, {})), /getLive answers 202, which it does not/);
  const deleted = answer(200, { identifier: '88/a' });
  t.throws(
    () => assertDescribed('DELETE', '/api/v1/identifiers/88/a', deleted),
    /withdrawIdentifier answers 200 not as/,
  );
  assertDescribed('GET', '/no/such/operation', answer(200, {}));
  t.pass('what is no operation is not looked at');
});
