import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import t, { type Test } from 'tap';
import { FreePorts } from '../../src/demo/free-port.ts';

/** A port that another program holds; the two after it are free at this moment. */
async function takenPort(t: Test): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return (server.address() as AddressInfo).port;
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
