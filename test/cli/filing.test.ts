import { join } from 'node:path';
import t from 'tap';
import { Database } from '../../src/database/database.ts';
import { FILINGS } from '../governance/filings/samples.ts';
import { verifiedOrganisation } from '../governance/filings/verified-organisation.ts';
import { startDatabases } from '../support/database.ts';
import { OPERATOR_TOKEN, startTestNode } from '../support/node.ts';
import { runKapok } from './run-kapok.ts';

const databases = await startDatabases(t);
const url = await databases.create();
const node = await startTestNode(t, { KAPOK_PREFIX: '88.107', DATABASE_URL: url });
const database = new Database({ url, poolSize: 1 });
t.teardown(() => database.close());
const { id: organisation, token } = await verifiedOrganisation(node, database, 'Demo Works');
const { users, ...incomplete } = FILINGS.application;
const folder = t.testdir({ 'app.json': JSON.stringify(incomplete), 'users.json': JSON.stringify({ users }) });

const kapok = (as: string, ...args: string[]) =>
  runKapok(['filing', ...args], { KAPOK_URL: node.url, KAPOK_TOKEN: as });

t.test('a filing goes its way on the command line', async (t) => {
  const made = await kapok(token, 'create', organisation, 'application', join(folder, 'app.json'));
  const [, id = ''] = /^(\S+)\tapplication\tdraft\t-\tmissing: users\n$/.exec(made.out) ?? [];
  t.not(id, '', made.err);
  const early = await kapok(token, 'submit', id);
  t.match(early, { code: 1, err: /not complete; missing: users/ });
  t.match(await kapok(token, 'edit', id, join(folder, 'users.json')), { out: `${id}\tapplication\tdraft\t-\n` });
  t.match(await kapok(token, 'submit', id), { out: /\tsubmitted\t-\tdue \d{4}-\d\d-\d\d\n$/ });
  t.match(await kapok(OPERATOR_TOKEN, 'list', '--state', 'submitted'), { out: new RegExp(`^${id}\t`) });
  await kapok(OPERATOR_TOKEN, 'review', id);
  const [unsaid, refused, accepted] = [
    await kapok(OPERATOR_TOKEN, 'return', id),
    await kapok(token, 'accept', id),
    await kapok(OPERATOR_TOKEN, 'accept', id),
  ];
  t.match(unsaid, { code: 1, err: /--reason/ });
  t.match(refused, { code: 1, out: '', err: /credential/ });
  t.match(accepted, { code: 0, out: /\taccepted\t88\.107-\d{4}-000001-[0-9A-Z]\n$/ });
  const shown = await kapok(token, 'show', id, '--json');
  t.match(JSON.parse(shown.out), { id, state: 'accepted', possible: ['edit', 'confirm', 'cancel'] });
});
