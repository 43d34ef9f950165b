import t from 'tap';
import { describeError } from '../../src/telemetry/logger.ts';
import { openDatabase } from '../registry/open-database.ts';
import { startDatabases } from '../support/database.ts';

const databases = await startDatabases(t);

t.test('an error of the database is logged with its place and without the row that it refused', async (t) => {
  const { database } = await openDatabase(t, databases);
  const text = `insert into identifiers (prefix, suffix_key, suffix, version, record, has_private, ttl)
    values ('88.1', 'A', 'A', 1, '["geheim"]', true, 60)`;
  const error = await database.query(text).then(
    () => new Error('It was stored'),
    (error: Error) => error,
  );
  t.match(error, { detail: /geheim/ }, 'PostgreSQL tells it');
  const logged = describeError(error);
  t.match(logged, { message: /null value/, stack: String, code: '23502', column: 'actor' });
  t.notMatch(JSON.stringify(logged), /geheim/);
});
