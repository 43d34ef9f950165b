import { once } from 'node:events';
import { createServer } from 'node:net';
import t from 'tap';
import { findFreePort, nextPort, preferredPort } from '../../../src/database/embedded/port.ts';
import { openWorkshop, query } from './support.ts';

t.test('a server whose port is taken starts on another one and keeps that', async (t) => {
  const { folder, start } = await openWorkshop(t);
  const port = await findFreePort(await preferredPort(`${folder}/data`));
  const other = createServer().listen(port, '127.0.0.1');
  await once(other, 'listening');
  t.teardown(() => other.close());

  const server = await start();
  t.not(server.port, port);
  t.strictSame(await query(server.url('postgres'), 'select 1 as one'), [{ one: 1 }]);
  await server.close();

  other.close();
  await once(other, 'close');
  t.equal((await start()).port, server.port);
});

t.test('ports are tried upwards in a range that outgoing connections do not use, and round', async (t) => {
  t.equal(nextPort(20_000), 20_001);
  t.equal(nextPort(29_999), 20_000);
  t.equal(nextPort(5432), 20_000);
});
