import { verify } from 'node:crypto';
import t from 'tap';
import { request } from 'undici';
import type { ChangeLine, SaidLine } from '../../proto/http/changes.ts';
import { importNodeKey } from '../../src/access/node-key.ts';
import { startDatabases } from '../support/database.ts';
import { startTestNode } from '../support/node.ts';

const databases = await startDatabases(t);
const node = await startTestNode(t, { KAPOK_PREFIX: '88.101', DATABASE_URL: await databases.create() });
const NONCE = 'n'.repeat(16);

/** A stream, from its first line on; `next` is the next line that tells of something. */
async function follow(t: { teardown(work: () => void): void }, query = '') {
  const { statusCode, body } = await request(`${node.url}/api/changes?nonce=${NONCE}${query}`);
  if (statusCode !== 200) throw new Error(await body.text());
  t.teardown(() => void body.on('error', () => {}).destroy());
  const texts: string[] = [];
  const lines = (async function* () {
    let held = '';
    for await (const piece of body.setEncoding('utf8')) {
      const split: string[] = (held + piece).split('\n');
      held = split.pop() ?? '';
      for (const text of split) {
        texts.push(text);
        yield JSON.parse(JSON.parse(text).said) as ChangeLine;
      }
    }
  })();
  const read = async () => (await lines.next()).value as ChangeLine;
  const first = await read();
  const next = async () => {
    for (;;) {
      const line = await read();
      if (line.reset === true || (line.records ?? []).length > 0 || (line.prefixes ?? []).length > 0) return line;
    }
  };
  const ended = async () => {
    for await (const _ of lines);
  };
  return { first, next, read, texts, ended };
}

const put = (suffix: string, data: string) =>
  node.call('PUT', `/api/handles/88.101/${suffix}`, { body: [{ index: 1, type: 'NAME', data, permissions: '1110' }] });

t.test('what changes is told by digest and prefix, each line signed in its place', async (t) => {
  const { first, next, texts } = await follow(t);
  await put('valve', 'secret-text');
  const line = await next();
  t.match(line, { feed: first.feed, seq: first.seq + 1, prefixes: [] });
  t.equal(line.records?.length, 1);
  await node.call('PUT', '/api/v1/prefixes/88.101.9', { body: {} });
  t.match(await next(), { seq: first.seq + 2, records: [], prefixes: ['88.101.9'] });
  t.notMatch(texts.join(''), /valve|secret/i, 'neither the identifier nor its values');
  const { json } = await node.get('/api/site');
  const key = importNodeKey(json.site.servers[0].publicKey.value.x);
  for (const [number, text] of texts.entries()) {
    const { said, proof } = JSON.parse(text) as SaidLine;
    t.ok(verify(null, Buffer.from(`${NONCE}\n${number}\n${said}`), key, Buffer.from(proof, 'base64url')));
  }
});

t.test('answers say what they reflect, and the stream goes on from there', async (t) => {
  const { json } = await node.call('POST', '/api/resolve', { body: { identifiers: ['88.101/valve'] } });
  await put('valve', 'again');
  const { first, next } = await follow(t, `&feed=${json.feed}&after=${json.seq}`);
  t.strictSame(first, { feed: json.feed, seq: json.seq, behind: true }, 'which is not all yet');
  const { behind, ...told } = await next();
  t.match(told, { seq: json.seq + 1, records: [String] });
  t.equal(behind, undefined);
});

t.test('where it cannot go on it says so', async (t) => {
  const { first } = await follow(t);
  for (const query of [`&feed=${first.feed}&after=${first.seq + 100}`, '&feed=another&after=1', '&after=1']) {
    t.match((await follow(t, query)).first, { feed: first.feed, seq: first.seq, reset: true }, query);
  }
});

t.test('a node with nothing to tell says that it is there', async (t) => {
  const { first, read } = await follow(t);
  t.strictSame(await read(), first);
});

t.test('bad input is refused', async (t) => {
  for (const [query, at] of [
    ['', 'nonce'],
    ['?nonce=short', 'nonce'],
    [`?nonce=${'n'.repeat(65)}`, 'nonce'],
    [`?nonce=${NONCE}&after=x`, 'after'],
  ] as const) {
    const { status, json } = await node.get(`/api/changes${query}`);
    t.match({ status, json }, { status: 400, json: { code: 'BAD_REQUEST', at } }, query);
  }
});

t.test('a node that drains ends the streams, and nobody has to wait for their clients', async (t) => {
  const waiting = node.call('GET', '/api/v1/feed?wait=25');
  const { ended } = await follow(t);
  await Promise.all([node.drain(), ended(), waiting]);
  t.match(await waiting, { status: 200 });
});
