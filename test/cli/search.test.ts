import t from 'tap';
import { until } from '../resolve/until.ts';
import { startDatabases } from '../support/database.ts';
import { OPERATOR_TOKEN, startTestNode } from '../support/node.ts';
import { runKapok } from './run-kapok.ts';

const databases = await startDatabases(t);
const node = await startTestNode(t, {
  KAPOK_PREFIX: '88.107',
  KAPOK_ROLE: 'industry',
  DATABASE_URL: await databases.create(),
});

const kapok = (...args: string[]) => runKapok(args, { KAPOK_URL: node.url, KAPOK_TOKEN: OPERATOR_TOKEN });

t.test('words, pointers and what records say are found on the command line', async (t) => {
  for (const [suffix, name] of [
    ['A', '离心泵 centrifugal pump'],
    ['B', '齿轮泵'],
    ['C', '球阀'],
  ]) {
    const body = [
      { index: 1, type: 'NAME', data: name },
      { index: 2, type: 'URL', data: 'https://example.com/pumps' },
    ];
    await node.call('PUT', `/api/handles/88.107/${suffix}`, { body });
  }
  await until(async () => (await node.get('/api/v1/search?q=球阀')).json.count === 1);

  const found = await kapok('search', '离心', '泵');
  t.match(found, { out: '88.107/A\t离心泵 centrifugal pump\n', err: '', code: 0 });
  const near = await kapok('search', 'centrifugel', '--json');
  t.match(JSON.parse(near.out), { identifier: '88.107/A' });
  t.match(near.err, '"centrifugel" was searched as centrifugal');
  t.equal((await kapok('search', '泵', '--limit', '1')).out.split('\n').length, 2);
  t.equal((await kapok('search', '泵', '--prefix', '88.108')).out, '');
  t.match(await kapok('search', '!'), { code: 1, err: /q names no word/ });

  t.equal(
    (await kapok('reverse', 'https://example.com/pumps')).out,
    '88.107/A\t2:URL\n88.107/B\t2:URL\n88.107/C\t2:URL\n',
  );
  t.equal((await kapok('query', '88.107', '--value', '球阀')).out, '88.107/C\n');
  t.equal((await kapok('query', '88.107', '--type', 'URL', '--count')).out, '3\n');
  t.match((await kapok('export', '88.107', '--value', '齿轮泵')).out, /^\{"identifier":"88\.107\/B"/);
});
