import t from 'tap';
import { Client } from 'undici';
import { followResolutions } from '../http/follow-resolutions.ts';
import { startDatabases } from '../support/database.ts';
import { startNodeProcess } from '../tree/node-process.ts';

t.setTimeout(600_000);
const databases = await startDatabases(t);
const settings = { KAPOK_PREFIX: '88.107', DATABASE_URL: await databases.create() };
const node = await startNodeProcess(t, settings, ['--workers', '2']);

t.test('a stream tells the resolutions of all workers, whichever serves it', async (t) => {
  // The node deals its connections out in turn.
  const clients = Array.from({ length: 4 }, () => new Client(node.url));
  t.teardown(async () => void (await Promise.all(clients.map((client) => client.destroy()))));
  const ask = async (client: Client, suffix: string) => {
    const { body } = await client.request({ method: 'GET', path: `/api/handles/88.107/${suffix}` });
    await body.dump();
  };
  const { read } = await followResolutions(t, { url: node.url });
  const waiting = new Set(clients.map((_client, i) => `88.107/client-${i}`));
  // A worker begins to look when it is asked to, up to a quarter of a second after the stream has begun.
  while (waiting.size > 0) {
    await Promise.all(clients.map((client, i) => ask(client, `client-${i}`)));
    const line = await read();
    if (line === undefined) break;
    t.equal(line.dropped ?? 0, 0);
    waiting.delete(line.identifier);
  }
  t.strictSame([...waiting], []);
});
