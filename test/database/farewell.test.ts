import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import t from 'tap';
import { Database } from '../../src/database/database.ts';

/** A message of PostgreSQL's protocol: a letter, the length, the content (PostgreSQL, "Message Formats"). */
function message(letter: string, content: Buffer | string): Buffer {
  const body = Buffer.from(content as string);
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(letter), length, body]);
}

const AUTHENTICATED = message('R', Buffer.alloc(4));
const READY = message('Z', 'I');
const FAREWELL = message('E', 'SFATAL\0C57P01\0Mterminating connection due to administrator command\0\0');

t.test(
  'a server that says goodbye in the breath in which it lets us in is unavailable, and no end of the process',
  async (t) => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(Buffer.concat([AUTHENTICATED, READY, FAREWELL])));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.teardown(() => server.close());
    const { port } = server.address() as AddressInfo;
    const database = new Database({ url: `postgres://a@127.0.0.1:${port}/a`, poolSize: 1 });
    t.teardown(() => database.close());
    await t.rejects(database.query('select 1'), { code: 'DATABASE_UNAVAILABLE' });
    await t.rejects(
      database.transaction((tx) => tx.query('select 1')),
      { code: 'DATABASE_UNAVAILABLE' },
    );
  },
);
