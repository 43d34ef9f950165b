import { KapokError } from '../../errors/kapok-error.ts';
import { withClient } from './connection.ts';

/** A name that needs no quoting, within PostgreSQL's 63 bytes. */
const NAME = /^[a-z_][a-z0-9_]{0,62}$/;

/** What CREATE DATABASE says when another session has just made it: duplicate_database or a unique_violation. */
const EXISTS = new Set(['42P04', '23505']);

/** Creates a database on the server behind `adminUrl` unless it is there; several processes may do so at once. */
export async function ensureDatabase(adminUrl: string, name: string): Promise<void> {
  if (!NAME.test(name)) {
    throw new KapokError('INVALID_SETTING', {
      message: `The database name ${JSON.stringify(name)} does not match ${NAME}`,
    });
  }
  await withClient(adminUrl, async (client) => {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount !== 0) return;
    try {
      await client.query(`create database "${name}"`);
    } catch (error) {
      if (!EXISTS.has((error as { code?: string }).code ?? '')) throw error;
    }
  });
}
