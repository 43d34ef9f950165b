import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
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

const folder = t.testdir({
  'pump.json': JSON.stringify({
    template: '88.107/pump',
    title: '泵',
    items: [{ index: 2000, type: 'NAME', kind: 'text', required: true }],
  }),
  'serial.json': JSON.stringify([{ index: 1, type: 'NAME', data: 'line {line}, piece {counter}' }]),
  'broken.json': '{',
});

t.test('a manufacturer’s day on the command line', async (t) => {
  t.match(await kapok('template', 'publish', join(folder, 'pump.json')), { out: '88.107/pump@1\n', code: 0 });
  const minted = ['register', '--prefix', '88.107', '--pattern', 'SN{counter:4}', '--template', '88.107/pump'];
  const key = ['--key', 'order-1', '--data', 'NAME=循环泵=大', '--value', '1:URL=https://a/?b=c'];
  t.match(await kapok(...minted, ...key), { out: '88.107/SN0001\n', code: 0 });
  t.match(
    await kapok(...minted, ...key, '--json'),
    { out: /^\{"identifier":"88\.107\/SN0001","version":1/ },
    'sent twice, once registered',
  );
  t.match(await kapok(...minted, '--validate', '--data', 'NAME=x'), { out: '88.107/SN0002\n' });
  t.match(await kapok(...minted), {
    out: '',
    err: /NAME \(index 2000\) is required by the template \(INVALID_VALUE\)/,
    code: 1,
  });
  await kapok('register', '88.107/other', '--value', '1:URL=https://b/');
  const change = ['replace', '88.107/other', '--value', '1:URL=https://c/', '--if-version', '1'];
  t.match(await kapok(...change), { out: '88.107/other has version 2\n' });
  t.match(await kapok(...change), { code: 1, err: /has version 2 now \(VERSION_MISMATCH\)/ });
  t.match(await kapok('withdraw', '88.107/other', '--successor', '88.107/SN0001'), {
    out: '88.107/other is withdrawn\n',
  });
  t.match(await kapok('query', '88.107'), { out: '88.107/other\ttombstone\t88.107/SN0001\n88.107/SN0001\n' });
  const [line] = (await kapok('query', '88.107', '--json', '--suffix', 'sn', '--limit', '1')).out.split('\n');
  t.match(JSON.parse(line ?? ''), {
    identifier: '88.107/SN0001',
    values: [{ index: 1 }, { index: 1000 }, { index: 1001 }, { index: 2000 }],
  });
  t.match(await kapok('template', 'list', '88.107'), { out: '88.107/pump@1\t泵\n' });
  t.match(JSON.parse((await kapok('template', 'show', '88.107/pump', '--schema')).out), { required: ['NAME'] });
});

t.test('an export is a file when it is whole', async (t) => {
  const file = join(folder, 'all.csv');
  t.match(await kapok('export', '88.107', '--columns', 'NAME,1:URL', '--output', file), { out: '', err: '', code: 0 });
  t.equal(await readFile(file, 'utf8'), 'identifier,NAME,1:URL\r\n88.107/SN0001,循环泵=大,https://a/?b=c\r\n');
  t.notOk(existsSync(`${file}.part`));
  const ndjson = (await kapok('export', '88.107')).out;
  t.match(JSON.parse(ndjson), { identifier: '88.107/SN0001' });
  await writeFile(join(folder, 'again.ndjson'), ndjson);
  t.match(await kapok('import', join(folder, 'again.ndjson')), { out: /0 created, 1 replaced, 0 failed/, code: 0 });
});

t.test('what cannot be done is said in one line', async (t) => {
  const cases: [string[], RegExp][] = [
    [['register', '--value', '1:URL=x'], /^kapok: identifier is missing/],
    [['register', '88.107/a'], /^kapok: The record would be empty/],
    [['register', '88.107/a', '--data', 'NAME=x'], /^kapok: --data needs --template/],
    [['register', '88.107/a', '--value', 'URL=x'], /^kapok: --value must be index:type=text/],
    [['export', '88.107', '--columns', '0:URL'], /^kapok: columns has "0:URL"/],
    [['template', 'publish', join(folder, 'broken.json')], /^kapok: .*broken\.json cannot be read as JSON/],
    [['template', 'show', '88.107/valve'], /^kapok: There is no such metadata template/],
  ];
  await Promise.all(
    cases.map(async ([args, message]) => {
      const { err, code } = await kapok(...args);
      t.match(err, message, args.join(' '));
      t.strictSame([err.trimEnd().split('\n').length, code], [1, 1]);
    }),
  );
});

t.test('a pattern of serial numbers on the command line', async (t) => {
  const publish = ['computed', 'publish', '88.107', 'L{line:1}-{counter:3}', join(folder, 'serial.json')];
  t.match(await kapok(...publish, '--from', '1', '--to', '500'), {
    out: '88.107/L{line:1}-{counter:3}\t1–500\n',
    code: 0,
  });
  t.match(await kapok('resolve', '88.107/L7-042'), { out: /line 7, piece 042/ });
  const listed = await kapok('computed', 'list', '88.107', '--json');
  t.match(JSON.parse(listed.out), { from: 1, to: 500, values: [{ type: 'NAME' }] });
  t.match(await kapok(...publish, '--to', 'x'), { err: /--to must be a whole number/, code: 1 });
  const withdraw = ['computed', 'withdraw', '88.107', 'L{line:1}-{counter:3}'];
  t.match(await kapok(...withdraw), { err: /COMPUTED_NOT_FOUND/, code: 1 });
  t.match(await kapok(...withdraw, '--from', '1'), { out: /is withdrawn/, code: 0 });
});
