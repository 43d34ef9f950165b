import t from 'tap';
import { createToken } from '../../src/access/tokens.ts';
import { Database } from '../../src/database/database.ts';
import { verifiedOrganisation } from '../governance/verified.ts';
import { startDatabases } from '../support/database.ts';
import { OPERATOR_TOKEN, startTestNode } from '../support/node.ts';
import { runKapok } from './run-kapok.ts';

/** Who makes the tokens of the tests. */
const BY = { id: 'test', subject: null };

const databases = await startDatabases(t);
const url = await databases.create();
const node = await startTestNode(t, { KAPOK_PREFIX: '88.102', DATABASE_URL: url });
const database = new Database({ url, poolSize: 2 });
t.teardown(() => database.close());

const kapok = (token: string, ...args: string[]) => runKapok(args, { KAPOK_URL: node.url, KAPOK_TOKEN: token });

t.test('a prefix is applied for, allotted and transferred on the command line', async (t) => {
  const [plant, buyer] = [await verifiedOrganisation(database, 'plant'), await verifiedOrganisation(database, 'buyer')];
  const { token: own } = await createToken(database, { subject: `org:${plant}`, label: 'plant', by: BY });
  const { token: other } = await createToken(database, { subject: `org:${buyer}`, label: 'buyer', by: BY });
  t.match(await kapok(own, 'prefix', 'apply', '--organisation', plant, '--purpose', 'pumps'), {
    out: '88.102.1\tapplied\n',
    code: 0,
  });
  await kapok(OPERATOR_TOKEN, 'prefix', 'review', '88.102.1');
  t.match(await kapok(OPERATOR_TOKEN, 'prefix', 'allot', '88.102.1'), { out: '88.102.1\tallotted, hosted\n' });
  t.match(await kapok(own, 'prefix', 'list', '--organisation', plant), {
    out: `88.102.1\tallotted\tplant\t${plant}\n`,
  });
  const offered = await kapok(own, 'transfer', 'offer', '88.102.1', '--organisation', buyer, '--json');
  const { id } = JSON.parse(offered.out) as { id: string };
  t.match(await kapok(other, 'transfer', 'list'), { out: `${id}\t88.102.1\toffered\n` });
  t.match(await kapok(other, 'transfer', 'accept', id), { out: /88\.102\.1\taccepted until 2/, code: 0 });
  t.match(await kapok(OPERATOR_TOKEN, 'transfer', 'take-back', id, '--reason', 'a mistake'), { out: /taken_back/ });
  const revoked = await kapok(OPERATOR_TOKEN, 'prefix', 'revoke', '88.102.1', '--reason', 'closed');
  t.match(revoked, { out: /^88\.102\.1\tquarantined until 2/ });
  t.match(await kapok(own, 'prefix', 'apply', '88.102.1', '--organisation', plant), {
    code: 1,
    err: /PREFIX_QUARANTINED/,
  });
});

t.test('what must say why is asked to before anything is sent', async (t) => {
  const nowhere = { KAPOK_URL: 'http://127.0.0.1:1' };
  const commands = [
    ...['return', 'refuse', 'suspend', 'revoke'].map((action) => ['prefix', action, '88.102.1']),
    ['transfer', 'take-back', '1'],
  ];
  for (const args of commands)
    t.match(
      await runKapok(args, nowhere),
      { code: 1, err: /required option '--reason <text>' not specified/ },
      args.join(' '),
    );
});
