import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import t, { type Test } from 'tap';
import { FreePorts } from '../../src/demo/free-port.ts';

/** Below the ports that the system gives to whoever asks for any, as the files that run beside this one do. */
const [LOWEST, HIGHEST] = [15_000, 30_000];

/** A port that another program holds; the two after it are free. */
async function takenPort(t: Test): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST, HIGHEST);
    const [server, ...others] = await Promise.all([port, port + 1, port + 2].map(listen));
    for (const other of others) other?.close();
    if (server && others.every((other) => other !== null)) {
      t.teardown(() => server.close());
      return port;
    }
    server?.close();
  }
}

/** Null where somebody else listens. */
async function listen(port: number): Promise<Server | null> {
  const server = createServer().listen(port, '127.0.0.1');
  return once(server, 'listening').then(
    () => server,
    () => null,
  );
}

t.test('a taken port gives way to the next one, and moves nobody else', async (t) => {
  const taken = await takenPort(t);
  const ports = new FreePorts('127.0.0.1', [taken, taken + 1]);
  const first = await ports.next(taken);
  t.ok(first > taken + 1, 'not the port that another prefers');
  t.equal(await new FreePorts('127.0.0.1', [taken, taken + 1]).next(taken + 1), taken + 1);
});

t.test('no port is given twice', async (t) => {
  const free = (await takenPort(t)) + 1;
  const ports = new FreePorts('127.0.0.1');
  const given = [await ports.next(free), await ports.next(free), await ports.next(free)];
  t.equal(new Set(given).size, 3);
});
