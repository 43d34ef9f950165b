import { Writable } from 'node:stream';
import { pino } from 'pino';
import t from 'tap';
import { readConfig } from '../../src/config/config.ts';
import { Database } from '../../src/database/database.ts';
import { startNode } from '../../src/node.ts';
import { callUrl } from '../support/call.ts';
import { startDatabases } from '../support/database.ts';
import { OPERATOR_TOKEN } from '../support/node.ts';

const databases = await startDatabases(t);

t.test('a failure of ours is logged with its path, without what was asked for', async (t) => {
  const lines: string[] = [];
  const sink = new Writable({ write: (chunk, _encoding, done) => done(void lines.push(String(chunk))) });
  const url = await databases.create();
  const settings = { KAPOK_PREFIX: '88.101', KAPOK_PORT: '0', KAPOK_OPERATOR_TOKEN: OPERATOR_TOKEN, DATABASE_URL: url };
  const node = await startNode(readConfig(settings), { log: pino({ level: 'error' }, sink) });
  t.teardown(() => node.close());
  const database = new Database({ url, poolSize: 1 });
  t.teardown(() => database.close());
  await database.query('alter table identifiers rename to gone');
  const path = `${node.url}/api/v1/identifiers?prefix=88.101&value=geheim`;
  t.equal((await callUrl('GET', path, { token: OPERATOR_TOKEN })).status, 500);
  t.match(lines.join(''), /"url":"\/api\/v1\/identifiers"/);
  t.notMatch(lines.join(''), /geheim/);
});
