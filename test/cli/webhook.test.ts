import t from 'tap';
import { openNode } from '../governance/webhooks/open-node.ts';
import { startReceiver } from '../support/receiver.ts';
import { runKapok } from './run-kapok.ts';

const { node, organisation, tell } = await openNode(t);
const kapok = (...args: string[]) => runKapok(args, { KAPOK_URL: node.url, KAPOK_TOKEN: organisation.token });

const LABEL = 'the signing secret, shown only this once';

t.test('a refused address is told with the setting that allows it', async (t) => {
  const refused = await kapok('webhook', 'add', organisation.id, 'http://[::1]:7398/hook');
  t.match(refused, { code: 1, err: /::1 is no public address, and KAPOK_WEBHOOK_NETWORKS of this node/ });
});

t.test('a webhook is added, tried, paused, resumed, rotated and removed by commands', async (t) => {
  const receiver = await startReceiver(t);
  const made = await kapok('webhook', 'add', organisation.id, receiver.url);
  t.match(
    made.out,
    new RegExp(`^[0-9a-f-]{36}\tactive\t${receiver.url}\nwhsec_[A-Za-z0-9+/=]{44}\t${LABEL}\n$`),
    made.err,
  );
  const [id = ''] = made.out.split('\t');
  const tried = await kapok('webhook', 'test', id);
  t.match(tried, { out: /\tstatus 204\t\d+ ms\n$/, code: 0 });
  receiver.behave((response) => void response.writeHead(500).end());
  t.match(await kapok('webhook', 'test', id), { out: /\tstatus 500\t/, code: 1 });
  t.equal((await kapok('webhook', 'pause', id)).out, `${id}\tpaused\t${receiver.url}\n`);
  await tell(1);
  const noticed = await kapok('notice', 'list', '--json');
  const notice = JSON.parse(noticed.out.trimEnd().split('\n').at(-1) ?? '');
  t.match(notice, { kind: 'sample', body: { n: 1 } });
  const after = await kapok('notice', 'list', '--after', String(notice.seq - 1));
  t.equal(after.out, `${notice.seq}\t${notice.at}\tsample\tsample 1\t{"n":1}\n`, after.err);
  const waiting = await kapok('webhook', 'deliveries', id);
  t.equal(waiting.out, `${notice.seq}\t${notice.id}\tsample\twaiting\t0 attempts\n`, waiting.err);
  const [again, rotated] = await Promise.all([
    kapok('webhook', 'redeliver', id, notice.id),
    kapok('webhook', 'rotate', id),
  ]);
  t.equal(again.out, `${notice.id} waits to be sent\n`, again.err);
  t.match(rotated.out, new RegExp(`^whsec_[^\t]+\t${LABEL}\n$`));
  t.match((await kapok('webhook', 'resume', id)).out, /\tactive\t/);
  t.match(JSON.parse((await kapok('webhook', 'list', '--json')).out), { id, state: 'active' });
  t.equal((await kapok('webhook', 'remove', id)).out, `${id} is removed\n`);
  t.match(await kapok('webhook', 'pause', id), { code: 1, err: /./ });
});
