import t from 'tap';
import { asDatabaseError } from '../../src/database/errors.ts';

const failure = (code: string) => Object.assign(new Error(code), { code });

t.test(
  'a server that is away, in whatever way, is unavailable; what it says of a statement stays as it is',
  async (t) => {
    for (const code of ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ECONNABORTED', '57P03', '08006'])
      t.match(asDatabaseError(failure(code)), { code: 'DATABASE_UNAVAILABLE', cause: failure(code) }, code);
    for (const code of ['22008', '23505', '42P01']) {
      const error = failure(code);
      t.equal(asDatabaseError(error), error, code);
    }
  },
);
