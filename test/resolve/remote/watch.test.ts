import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { NodeCaller } from '../../../src/access/node-caller.ts';
import { createNodeKey, type NodeKey } from '../../../src/access/node-key.ts';
import { proofText } from '../../../src/access/signatures/line-proof.ts';
import type { IdentifierKey } from '../../../src/identifier/identifier.ts';
import type { Prefix } from '../../../src/identifier/prefix.ts';
import { digestOf } from '../../../src/registry/recent-changes.ts';
import { Watch } from '../../../src/resolve/remote/watch.ts';
import { until } from '../until.ts';

const newKey = () => createNodeKey(generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }));
const query = { key: '88.1.2/X' as IdentifierKey, place: '88.1.2' as Prefix };

/** A node that says what it is told to, and a watch of it. */
async function startWatch(
  t: { teardown(work: () => Promise<unknown>): void },
  { key = newKey(), pinned }: { key?: NodeKey; pinned?: NodeKey } = {},
) {
  const asked: URL[] = [];
  const streams: { response: ServerResponse; nonce: string; number: number }[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://node');
    asked.push(url);
    response.writeHead(200).flushHeaders();
    streams.push({ response, nonce: url.searchParams.get('nonce') ?? '', number: 0 });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const caller = new NodeCaller({ connectTimeout: 1_000, now: Date.now });
  const clock = { now: Date.now() };
  const records: string[] = [];
  const prefixes: string[] = [];
  const watch = new Watch({
    caller,
    server: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, publicKey: (pinned ?? key).publicKey },
    now: () => clock.now,
    onRecords: (digests) => records.push(...digests),
    onPrefixes: (moved) => prefixes.push(...moved),
  });
  watch.meet('88.1' as Prefix);
  t.teardown(async () => {
    await watch.close();
    await caller.close();
    server.closeAllConnections();
    server.close();
  });
  const say = async (line: object, { skip = 0 } = {}) => {
    const stream = await until(() => streams.at(-1));
    stream.number += skip;
    const said = JSON.stringify(line);
    const proof = key.sign(proofText({ nonce: stream.nonce, number: stream.number++, said })).toString('base64url');
    stream.response.write(`${JSON.stringify({ said, proof })}\n`);
  };
  const hangUp = () => streams.pop()?.response.destroy();
  return { watch, say, hangUp, asked, clock, records, prefixes };
}

t.test('an answer is covered when nothing about it changed after what it reflects', async (t) => {
  const { watch, say, records, prefixes } = await startWatch(t);
  t.equal(watch.current, false, 'nothing was heard');
  await say({ feed: 'f', seq: 5 });
  await until(() => watch.current);
  t.equal(watch.covers({ feed: 'f', seq: 5 }, query), true);
  t.equal(watch.covers({ feed: 'f', seq: 4 }, query), false, 'older than all that was heard');
  t.equal(watch.covers({ feed: 'other', seq: 5 }, query), false);
  await say({ feed: 'f', seq: 7, records: [digestOf(query.key)] });
  await until(() => records.length === 1);
  t.equal(watch.covers({ feed: 'f', seq: 6 }, query), false);
  t.equal(watch.covers({ feed: 'f', seq: 7 }, query), true);
  t.equal(watch.covers({ feed: 'f', seq: 6 }, { ...query, key: '88.1.2/Y' as IdentifierKey }), true);
  await say({ feed: 'f', seq: 8, prefixes: ['88.1', '88.9'] });
  await until(() => prefixes.length === 1);
  t.strictSame(prefixes, ['88.1'], 'not what it does not answer for');
  t.equal(watch.covers({ feed: 'f', seq: 7 }, query), false);
  t.equal(watch.covers({ feed: 'f', seq: 8 }, query), true);
});

t.test('a stream that breaks is taken up where it broke; one that cannot be is another epoch', async (t) => {
  const { watch, say, hangUp, asked } = await startWatch(t);
  await say({ feed: 'f', seq: 5 });
  await until(() => watch.current);
  const { epoch } = watch;
  hangUp();
  await until(() => asked.length === 2);
  t.equal(asked[1]?.searchParams.get('feed'), 'f');
  t.equal(asked[1]?.searchParams.get('after'), '5');
  await say({ feed: 'f', seq: 6 });
  await until(() => watch.covers({ feed: 'f', seq: 6 }, query));
  t.equal(watch.epoch, epoch);
  for (const line of [
    { feed: 'f', seq: 9, reset: true },
    { feed: 'g', seq: 10 },
    { feed: 'g', seq: 3 },
  ]) {
    const before = watch.epoch;
    await say(line);
    await until(() => watch.epoch === before + 1);
  }
  t.equal(watch.covers({ feed: 'g', seq: 2 }, query), false);
});

t.test('a line that says that there is more to tell does not make what is kept current', async (t) => {
  const { watch, say, records } = await startWatch(t);
  await say({ feed: 'f', seq: 5, behind: true });
  await say({ feed: 'f', seq: 6, records: [digestOf(query.key)], behind: true });
  await until(() => records.length === 1);
  t.equal(watch.current, false);
  t.equal(watch.covers({ feed: 'f', seq: 5 }, query), false, 'what it says counts');
  await say({ feed: 'f', seq: 6 });
  await until(() => watch.current);
});

t.test('what comes after a silence may be old: it is not heard, and the stream is asked for anew', async (t) => {
  const { watch, say, asked, clock } = await startWatch(t);
  await say({ feed: 'f', seq: 5 });
  await until(() => watch.current);
  clock.now += 1_000;
  t.equal(watch.current, false);
  await say({ feed: 'f', seq: 5 });
  await until(() => asked.length === 2);
  t.equal(watch.current, false);
  t.equal(asked[1]?.searchParams.get('after'), '5');
  await say({ feed: 'f', seq: 5 });
  await until(() => watch.current);
});

t.test('nothing is believed that the key of the site did not sign, or that a line was left out of', async (t) => {
  const other = newKey();
  const forged = await startWatch(t, { key: newKey(), pinned: other });
  await forged.say({ feed: 'f', seq: 5 });
  await until(() => forged.asked.length === 2);
  t.equal(forged.watch.current, false);
  const gap = await startWatch(t);
  await gap.say({ feed: 'f', seq: 5 });
  await until(() => gap.watch.current);
  await gap.say({ feed: 'f', seq: 8 }, { skip: 1 });
  await until(() => gap.asked.length === 2);
  t.equal(gap.watch.covers({ feed: 'f', seq: 8 }, query), true, 'of the line before');
  t.equal(gap.asked[1]?.searchParams.get('after'), '5');
});

t.test('lines of another form end the stream', async (t) => {
  const { watch, say, asked } = await startWatch(t);
  for (const [i, line] of [
    {},
    { feed: 1, seq: 1 },
    { feed: 'f', seq: 1, records: [1] },
    { feed: 'f', seq: 1, prefixes: 'x' },
  ].entries()) {
    await say(line);
    await until(() => asked.length === i + 2);
    t.equal(watch.current, false);
  }
});
