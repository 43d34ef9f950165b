import t from 'tap';
import { KapokError } from '../../src/errors/kapok-error.ts';

t.test('says what the catalogue says when nothing more exact is known', async (t) => {
  const error = new KapokError('NOT_FOUND');
  t.match(error, { name: 'KapokError', code: 'NOT_FOUND', message: 'The identifier is not registered' });
  t.equal(error.httpStatus, 404);
  t.equal(error.responseCode, 100);
  t.notOk('cause' in error);
});

t.test('keeps the cause, whatever it is', async (t) => {
  const cause = new Error('connection reset');
  t.equal(new KapokError('DATABASE_UNAVAILABLE', { cause }).cause, cause);
  t.equal(new KapokError('INTERNAL', { cause: null }).cause, null);
});

t.test('names the place, the subject and the successor', async (t) => {
  const details = { message: 'Withdrawn', at: 'values[2].index', subject: '88.106/1', successor: '88.106/2' };
  t.match(new KapokError('TOMBSTONE', details), {
    ...details,
    code: 'TOMBSTONE',
    httpStatus: 410,
    responseCode: 10003,
  });
});

t.test('can be told of another subject, and is otherwise the same failure', async (t) => {
  const error = new KapokError('TOMBSTONE', { message: 'Withdrawn', at: 'line 3', subject: '88', successor: '88/2' });
  const told = error.about('88/1');
  t.match(told, { code: 'TOMBSTONE', message: 'Withdrawn', at: 'line 3', subject: '88/1', successor: '88/2' });
  t.equal(told.cause, error);
});

t.test('is an Error with a stack', async (t) => {
  const error = new KapokError('INTERNAL');
  t.ok(error instanceof Error);
  t.match(error.stack, /The node failed to answer/);
});
