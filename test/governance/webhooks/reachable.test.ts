import t from 'tap';
import { createNetworks, parseNetworks } from '../../../src/config/networks.ts';
import { MessageClient } from '../../../src/governance/webhooks/message-client.ts';
import { isReachable, type Resolve } from '../../../src/governance/webhooks/reachable.ts';
import { startReceiver } from '../../support/receiver.ts';

const NONE = createNetworks([]);
const LOCAL = createNetworks(['127.0.0.0/8']);
const secrets = ['whsec_AAAA'];

t.test('public addresses are reachable, and no others unless their network is allowed', async (t) => {
  for (const address of [
    '1.1.1.1',
    '8.8.8.8',
    '172.32.0.1',
    '192.169.0.1',
    '223.255.255.254',
    '2606:4700::1111',
    '240e::1',
  ])
    t.ok(isReachable(address, NONE), address);
  const refused = [
    ...['127.0.0.1', '127.255.255.254', '0.0.0.0', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
    ...['169.254.169.254', '100.100.100.200', '192.0.0.192', '198.18.0.1', '224.0.0.1', '255.255.255.255'],
    ...['::', '::1', 'fe80::1', 'fe80::1%eth0', 'fc00::1', 'fd00:ec2::254', 'ff02::1', '2001:db8::1', '2002:7f00:1::'],
    ...['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:8.8.8.8', '::127.0.0.1', '64:ff9b::7f00:1', '64:ff9b::808:808'],
  ];
  for (const address of refused) t.notOk(isReachable(address, NONE), address);
  for (const address of ['127.0.0.1', '::ffff:127.0.0.1']) t.ok(isReachable(address, LOCAL), address);
  for (const address of ['10.0.0.1', '::1', '169.254.169.254']) t.notOk(isReachable(address, LOCAL), address);
});

t.test('networks are read as CIDR alone', async (t) => {
  t.strictSame(parseNetworks('10.1.0.0/16, fd00::/8'), ['10.1.0.0/16', 'fd00::/8']);
  t.ok(createNetworks(['fd00::/8']).has('fd12::1'));
  t.notOk(createNetworks(['10.1.0.0/16']).has('10.2.0.1'));
  t.notOk(NONE.has('10.1.0.0') || LOCAL.has('no address'));
  for (const text of ['', '10.0.0.1', '10.0.0.0/33', 'fd00::/129', 'all', 'host.example/8', '10.0.0.0/8;1.1.1.1/8'])
    t.throws(() => parseNetworks(text), /must be networks/, text);
});

t.test('an address that may not be reached is not, however it is spelled', async (t) => {
  const receiver = await startReceiver(t);
  const client = new MessageClient({ allowed: NONE, now: Date.now });
  t.teardown(() => client.close());
  const hosts = ['127.0.0.1', '2130706433', '0x7f.1', '0177.0.0.1', '127.1', 'localhost', 'a.localhost', '0'];
  for (const host of [...hosts, '[::1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]']) {
    const attempt = await client.send({ url: `http://${host}:${receiver.port}/`, id: 'a', body: '{}', secrets });
    t.match(attempt, { status: null, error: 'address' }, host);
  }
  t.strictSame(receiver.messages, []);
});

t.test('what a name leads to is checked once, and the connection is made there', async (t) => {
  const receiver = await startReceiver(t);
  const answers = new Map<string, string[]>();
  let looks = 0;
  const resolve: Resolve = (hostname, _options, done) => {
    looks++;
    const found = answers.get(hostname) ?? [];
    done(
      null,
      found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  const send = async (host: string, allowed = NONE) => {
    const client = new MessageClient({ allowed, now: Date.now, resolve });
    const attempt = await client.send({ url: `http://${host}:${receiver.port}/`, id: 'a', body: '{}', secrets });
    await client.close();
    return attempt;
  };
  answers.set('inside.example', ['127.0.0.1']);
  t.match(await send('inside.example'), { status: null, error: 'address' });
  answers.set('both.example', ['8.8.8.8', '::ffff:127.0.0.1']);
  t.match(await send('both.example'), { status: null, error: 'address' }, 'one public address is no pass for another');
  t.strictSame(receiver.messages, []);
  looks = 0;
  t.match(await send('inside.example', LOCAL), { status: 204, error: null });
  t.equal(looks, 1, 'nothing looks it up a second time');
  t.equal(receiver.messages.length, 1);
});

t.test(
  'an attempt ends at its deadline; the status counts, also when the rest of the answer does not come',
  async (t) => {
    const client = new MessageClient({ allowed: LOCAL, now: Date.now, deadline: 200 });
    t.teardown(() => client.close());
    const silent = await startReceiver(t, () => {});
    t.match(await client.send({ url: silent.url, id: 'a', body: '{}', secrets }), { status: null, error: 'timeout' });
    const slow = await startReceiver(t, (response) => void response.writeHead(200).write('a'));
    t.match(await client.send({ url: slow.url, id: 'a', body: '{}', secrets }), { status: 200, error: null });
  },
);
