import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { runKapok } from '../cli/run-kapok.ts';
import { FILINGS } from '../governance/filings/samples.ts';
import { until } from '../resolve/until.ts';
import { startDatabases } from '../support/database.ts';
import { importFile } from '../support/import-file.ts';
import { OPERATOR_TOKEN, startTestNode, type TestNode } from '../support/node.ts';
import { draftOrganisation, type TestOrganisation, verifiedOrganisation } from '../support/organisation.ts';
import { redisMissing, startRedis } from '../support/redis.ts';
import { putPrefix } from './start-tree.ts';

t.setTimeout(600_000);

const PREFIX = '88.102.5';
const BUYER = '88.102.6';
const COUNT = 1_000;
/** Milliseconds in which every node of the tree must say what the authority has decided. */
const BOUND = 1_000;

const databases = await startDatabases(t);
const missing = redisMissing();
if (missing !== false) t.comment(`${missing}: the caches are those in memory alone`);
const redis = missing === false ? { REDIS_URL: (await startRedis(t)).url } : {};
const start = async (role: string, settings: Record<string, string>) =>
  startTestNode(t, { KAPOK_ROLE: role, DATABASE_URL: await databases.create(), ...redis, ...settings });
const top = await start('top', { KAPOK_PREFIX: '88' });
const authority = await start('industry', { KAPOK_PREFIX: '88.102' });
const own = await start('enterprise', { KAPOK_PREFIX: PREFIX, KAPOK_ROOT_URL: top.url });
const resolver = await start('resolver', { KAPOK_ROOT_URL: top.url });
await putPrefix(top, '88.102', { url: authority.url });
const TREE: Readonly<Record<string, TestNode>> = { top, authority, own, resolver };

let applicant: TestOrganisation;

const nameOf = (n: number) => `${PREFIX}/PART-${String(n).padStart(4, '0')}`;
const saysOf = (n: number) => `part ${n} of ${COUNT}`;
const path = (identifier: string) => `/api/handles/${identifier}`;

/** As the authority's operator, or as who holds the token. */
async function post(to: string, body: object = {}, token = OPERATOR_TOKEN, node = authority) {
  const { status, json, text } = await node.call('POST', `/api/v1/${to}`, { body, token });
  if (status >= 300) throw new Error(`${to}: ${text}`);
  return json;
}

/** A client of the tree, who asks for one of the identifiers after the other, until it is told to stop. */
class Client {
  readonly wrong: string[] = [];
  asked = 0;
  #stopped = false;
  readonly #ended = Promise.all([this.#ask(resolver), this.#ask(top)]);

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#ended;
  }

  async #ask(node: TestNode): Promise<void> {
    while (!this.#stopped) {
      const n = Math.floor(Math.random() * COUNT);
      const { status, json, text } = await node.get(path(nameOf(n)));
      if (status !== 200 || json.values[0].data.value !== saysOf(n)) this.wrong.push(`${nameOf(n)}: ${status} ${text}`);
      this.asked++;
    }
  }
}

async function itApplies(t: Test): Promise<void> {
  applicant = await draftOrganisation(authority, 1);
  const { id, token } = applicant;
  await post(`organisations/${id}/submit`, {}, token);
  t.match(await post(`organisations/${id}/verify`), { state: 'verified' });
}

async function itsFilingIsReturnedOnceAndAccepted(t: Test): Promise<void> {
  const { id: organisation, token } = applicant;
  const { licences: _, ...data } = FILINGS.organisation;
  const { id } = await post('filings', { organisation, kind: 'organisation', data }, token);
  t.match(await post(`filings/${id}/submit`, {}, token), { state: 'submitted' });
  await post(`filings/${id}/review`);
  const returned = await post(`filings/${id}/return`, { reason: '请补充许可证' });
  t.match(returned, { state: 'returned', remarks: '请补充许可证' });
  const body = { data: { licences: FILINGS.organisation.licences } };
  await authority.call('PATCH', `/api/v1/filings/${id}`, { body, token });
  await post(`filings/${id}/submit`, {}, token);
  await post(`filings/${id}/review`);
  t.match(await post(`filings/${id}/accept`), { state: 'accepted', number: /^88\.102-\d{4}-000001-/, remarks: null });
}

async function itsPrefixIsHosted(t: Test): Promise<void> {
  const { id: organisation, token } = applicant;
  await post('allotments', { organisation, prefix: PREFIX }, token);
  await post(`allotments/${PREFIX}/decision`, { action: 'review' });
  const allotted = await post(`allotments/${PREFIX}/decision`, { action: 'allot' });
  t.match(allotted, { state: 'allotted', hosting: 'hosted' });
}

async function itRegistersAThousandIdentifiers(t: Test): Promise<void> {
  const lines = Array.from({ length: COUNT }, (_, n) => {
    const values = [{ index: 1, type: 'NAME', data: saysOf(n) }];
    return `${JSON.stringify({ identifier: nameOf(n), values })}\n`;
  });
  const { job } = await importFile(authority, lines.join(''), { token: applicant.token });
  t.match(job, { state: 'done', created: COUNT, failed: 0 });
  t.equal((await resolver.get(path(nameOf(7)))).json.values[0].data.value, saysOf(7), 'the whole tree resolves them');
}

async function itMovesThemToItsOwnNodeWhileAClientResolves(t: Test): Promise<void> {
  const client = new Client();
  const at = ['--node', own.url, '--token', OPERATOR_TOKEN, '--url', own.url];
  const parent = ['--parent', authority.url, '--parent-token', applicant.token, '--prefix', PREFIX];
  const enrolling = runKapok(['enroll', ...at, ...parent, '--wait'], {});
  const state = async () => (await authority.call('GET', `/api/v1/enrolments/${PREFIX}`)).json.state;
  await until(async () => (await state()) === 'applied', 60_000);
  await post(`enrolments/${PREFIX}/decision`, { action: 'accept' });
  const { code, out, err } = await enrolling;
  t.match({ code, out }, { code: 0, out: `${PREFIX}\taccepted\n` }, err);
  const before = client.asked;
  await until(() => client.asked > before + 100);
  await client.stop();
  t.strictSame(client.wrong.slice(0, 5), [], `${client.asked} answers, each of them right`);
  t.equal((await authority.get(path(nameOf(1)))).status, 300, 'the authority refers to it');
  t.equal((await own.get(path(nameOf(1)))).status, 200);
}

/** Milliseconds from the authority's word until each node of the tree says so, though all are asked, and cache, all the time. */
async function untilAllSay(decide: () => Promise<unknown>, isSaid: (status: number) => boolean) {
  let decided = Infinity;
  const asked = Object.entries(TREE).map(async ([name, node]) => {
    let answers = 0;
    const time = until(async () => {
      answers++;
      return isSaid((await node.get(path(nameOf(1)))).status) && decided < Infinity && performance.now() - decided;
    });
    await until(() => answers > 10);
    return { name, time };
  });
  const nodes = await Promise.all(asked);
  await decide();
  decided = performance.now();
  return Promise.all(nodes.map(async ({ name, time }) => [name, Math.round(await time)] as const));
}

async function itIsSuspended(t: Test): Promise<void> {
  const suspend = () => post(`organisations/${applicant.id}/suspend`, { reason: '核查' });
  const times = await untilAllSay(suspend, (status) => status === 403);
  for (const [name, time] of times) t.ok(time < BOUND, `${name} says so after ${time} ms`);
  for (const node of Object.values(TREE))
    t.match((await node.get(path(nameOf(2)))).json, { code: 'PREFIX_SUSPENDED', prefix: PREFIX });
  const body = { identifier: `${PREFIX}/NEW`, values: [{ index: 1, type: 'NAME', data: 'not now' }] };
  t.equal((await own.call('POST', '/api/v1/identifiers', { body })).json.code, 'PREFIX_SUSPENDED');
}

async function itIsResumed(t: Test): Promise<void> {
  const resume = () => post(`organisations/${applicant.id}/resume`);
  const times = await untilAllSay(resume, (status) => status === 200 || status === 300);
  t.equal(times.length, 4, `resumed, in milliseconds: ${times.join(' ')}`);
}

async function itTransfersOneIdentifier(t: Test): Promise<void> {
  const buyer = await verifiedOrganisation(authority, 2);
  await post('allotments', { organisation: buyer.id, prefix: BUYER }, buyer.token);
  for (const action of ['review', 'allot']) await post(`allotments/${BUYER}/decision`, { action });
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const value = { index: 300, type: 'HS_PUBKEY', data: { format: 'key', value: publicKey.export({ format: 'jwk' }) } };
  await authority.call('PUT', path(`${BUYER}/ADMIN`), { token: buyer.token, body: [value] });

  const key = `300:${BUYER}/ADMIN`;
  const offered = await post('transfers', { identifier: nameOf(1), key }, OPERATOR_TOKEN, own);
  const token = await loggedIn(key, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  t.match(await post(`transfers/${offered.id}/accept`, {}, token, own), { state: 'accepted', key });
  const write = async (n: number, as: string) => {
    const body = [{ index: 1, type: 'NAME', data: 'the buyer’s part' }];
    return (await own.call('PUT', path(nameOf(n)), { token: as, body })).status;
  };
  t.equal(await write(1, token), 200);
  const read = async (n: number) => (await resolver.get(path(nameOf(n)))).json.values[0].data.value;
  await until(async () => (await read(1)) === 'the buyer’s part');
  t.equal(await read(2), saysOf(2), 'the others are as they were');
  t.equal(await write(2, token), 403, 'and not the buyer’s');
}

/** Logs in at the new node, which asks the tree for the key; answers the token. */
async function loggedIn(id: string, pem: string | Buffer): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'kapok-story-'));
  t.teardown(() => rm(home, { recursive: true, force: true }));
  const file = join(home, 'buyer.pem');
  await writeFile(file, pem, { mode: 0o600 });
  const { code, err } = await runKapok(['login', '--node', own.url, '--id', id, '--key', file], {
    XDG_CONFIG_HOME: home,
  });
  if (code !== 0) throw new Error(err);
  return JSON.parse(await readFile(join(home, 'kapok', 'credentials.json'), 'utf8'))[own.url].token;
}

t.test('an organisation applies at 88.102, and is verified', itApplies);
t.test('its filing is returned once, and accepted', itsFilingIsReturnedOnceAndAccepted);
t.test('its prefix is hosted', itsPrefixIsHosted);
t.test('it registers 1,000 identifiers', itRegistersAThousandIdentifiers);
t.test('it moves them to its own node, without one failure', itMovesThemToItsOwnNodeWhileAClientResolves);
t.test('it is suspended: every node says so within a second, on a warm cache', itIsSuspended);
t.test('it is resumed', itIsResumed);
t.test('it transfers one identifier away', itTransfersOneIdentifier);
