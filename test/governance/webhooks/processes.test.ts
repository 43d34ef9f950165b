import t from 'tap';
import { until } from '../../resolve/until.ts';
import { startTestNode } from '../../support/node.ts';
import { startReceiver, take } from '../../support/receiver.ts';
import { startNodeProcess } from '../../tree/node-process.ts';
import { openNode, SETTINGS } from './open-node.ts';

t.test('two processes send each notice once, in order', async (t) => {
  const { url, tell, add, deliveriesOf } = await openNode(t);
  await startTestNode(t, { ...SETTINGS, DATABASE_URL: url });
  const receivers = await Promise.all([1, 2, 3].map(() => startReceiver(t)));
  const made = [];
  for (const receiver of receivers) made.push(await add(receiver.url));
  const numbers = Array.from({ length: 30 }, (_, i) => i);
  await tell(...numbers);
  for (const [i, { id }] of made.entries()) {
    await until(
      async () => (await deliveriesOf(id)).every((one: { state: string }) => one.state === 'delivered'),
      20_000,
    );
    t.strictSame(
      receivers[i]?.messages.map(({ body }) => JSON.parse(body).data.body.n),
      numbers,
    );
  }
});

t.test(
  'what a killed process was sending is sent again by another, with the same id, and the lease keeps it till then',
  async (t) => {
    const { url, node: killed, database, tell, add } = await openNode(t, startNodeProcess);
    const receiver = await startReceiver(t, () => {});
    const { id } = await add(receiver.url);
    await tell(1, 2);
    const first = await until(() => receiver.messages[0]);
    await killed.kill();
    receiver.behave(take);
    const other = await startReceiver(t);
    const next = await startTestNode(t, { ...SETTINGS, DATABASE_URL: url });
    const [{ organisation }] = (await database.query('select organisation from webhooks')) as [
      { organisation: string },
    ];
    await next.call('POST', '/api/v1/webhooks', { body: { organisation, url: other.url } });
    await tell(3);
    await until(() => other.messages[0]);
    t.equal(receiver.messages.length, 1, 'the other webhook is served; this one is the dead process’s for its lease');
    await database.query(`update webhooks set lease_until = lease_until - interval '1 minute' where id = $1`, [id]);
    await until(() => receiver.messages.length === 4);
    t.equal(receiver.messages[1]?.id, first.id);
    t.equal(receiver.messages[1]?.body, first.body);
    t.strictSame(
      receiver.messages.map(({ body }) => JSON.parse(body).data.body.n),
      [1, 1, 2, 3],
    );
  },
);
