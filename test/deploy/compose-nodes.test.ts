import { execFile, execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import { readConfig } from '../../src/config/config.ts';
import { startNode } from '../../src/node.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { callUrl } from '../support/call.ts';
import { startDatabases } from '../support/database.ts';
import { freePort } from '../support/free-port.ts';
import { redisMissing, startRedis } from '../support/redis.ts';
import { nodeServices, parseEnvFile, readCompose, root } from './compose-file.ts';

const run = promisify(execFile);
const path = (name: string) => fileURLToPath(new URL(name, root));

t.test('the settings of docker-compose.yml make a tree that resolves', async (t) => {
  const secrets = parseEnvFile(execFileSync('sh', [path('docker/make-env.sh')], { encoding: 'utf8' }));
  const { services } = readCompose(secrets);
  const urls = await startServices(t, secrets);
  const url = (name: string) => urls.get(name) ?? '';

  const { test: check = [] } = services.top?.healthcheck ?? {};
  const [, program = '', ...rest] = check;
  const asked = rest.map((argument) => argument.replace('http://127.0.0.1:7080', url('top')));
  t.equal(program, 'node');
  await t.resolves(run(process.execPath, asked), 'the health check passes');
  const deaf = rest.map((argument) => argument.replace('http://127.0.0.1:7080', 'http://127.0.0.1:1'));
  await t.rejects(run(process.execPath, deaf), { code: 1 }, 'and fails where nothing listens');

  const { entrypoint = [], command = [], environment = {} } = services.delegate ?? {};
  const named = command.map((text) => text.replace(/http:\/\/(\w+):7080/g, (_, name: string) => url(name)));
  const delegate = () => run(process.execPath, [path(entrypoint[1] ?? ''), ...named], { env: environment });
  t.match((await delegate()).stdout, /88\.101\.1001 is answered by/);

  const identifier = '88.101.1001/PUMP-0001';
  const written = await callUrl('PUT', `${url('enterprise')}/api/handles/${identifier}`, {
    token: secrets.ENTERPRISE_TOKEN ?? '',
    body: [{ index: 1, type: 'URL', data: 'https://example.invalid/pump' }],
  });
  t.equal(written.status, 201, written.text);
  const found = await callUrl('GET', `${url('top')}/api/handles/${identifier}?explain=true`);
  t.match(found.json, { responseCode: 1, explain: { path: ['88', '88.101', '88.101.1001'] } });
  for (const prefix of ['88.102', '88.103']) {
    const absent = await callUrl('GET', `${url('top')}/api/handles/${prefix}/none?explain=true`);
    t.match(absent.json, { responseCode: 100, explain: { node: prefix } });
  }

  const prefix = `${url('top')}/api/v1/prefixes/88.102`;
  await callUrl('PATCH', prefix, { token: secrets.TOP_TOKEN ?? '', body: { status: 'suspended' } });
  await delegate();
  const after = await callUrl('GET', `${url('top')}/api/handles/88.102/none`);
  t.equal(after.json.code, 'PREFIX_SUSPENDED', 'entering delegations again leaves a suspended one suspended');
});

/** Every node of the file, in this process: services become ports of 127.0.0.1, all else stays as the file says. */
async function startServices(t: Test, secrets: Record<string, string>): Promise<ReadonlyMap<string, string>> {
  const databases = await startDatabases(t);
  const redis = redisMissing() === false ? { REDIS_URL: (await startRedis(t)).url } : {};
  const urls = new Map<string, string>();
  const nodes = nodeServices(readCompose(secrets));
  await Promise.all(
    nodes.map(async ([name, { REDIS_URL: _, ...settings }]) => {
      const port = String(await freePort());
      const url = `http://127.0.0.1:${port}`;
      const places = { KAPOK_HOST: '127.0.0.1', KAPOK_PORT: port, KAPOK_PUBLIC_URL: url };
      const config = readConfig({ ...settings, ...places, ...redis, DATABASE_URL: await databases.create() });
      const node = await startNode(config, { log: createLogger({ level: 'silent', node: name }) });
      t.teardown(() => node.close());
      urls.set(name, url);
    }),
  );
  return urls;
}
