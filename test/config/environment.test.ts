import { join } from 'node:path';
import t, { type Test } from 'tap';
import { childEnvironment, loadEnvFile, readEnvironment, readVariable } from '../../src/config/environment.ts';

function setEnvironment(t: Test, settings: Record<string, string>): void {
  const before = { ...process.env };
  for (const name of Object.keys(process.env))
    if (/^KAPOK_|^DATABASE_URL$|^REDIS_URL$/.test(name)) delete process.env[name];
  Object.assign(process.env, settings);
  t.teardown(() => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  });
}

t.test('a node reads the environment of its process', async (t) => {
  setEnvironment(t, { KAPOK_PREFIX: '88.104', KAPOK_PORT: '7204' });
  t.match(readEnvironment(), { prefix: '88.104', port: 7204 });
  process.env.KAPOK_PORT = 'x';
  t.throws(() => readEnvironment(), { code: 'INVALID_SETTING', at: 'KAPOK_PORT' });
});

t.test('a file adds settings, and what is set already stays', async (t) => {
  setEnvironment(t, { KAPOK_PREFIX: '88.104' });
  const folder = t.testdir({ 'node.env': '# a node\nKAPOK_PREFIX=88.105\nKAPOK_PORT="7205"\n' });
  const file = join(folder, 'node.env');
  loadEnvFile(file);
  t.match(readEnvironment(), { prefix: '88.104', port: 7205 });
});

t.test('a file that cannot be read is named', async (t) => {
  t.throws(() => loadEnvFile('/nowhere/node.env'), {
    code: 'INVALID_SETTING',
    message: /^\/nowhere\/node\.env cannot/,
  });
});

t.test('a child node gets its own settings and none of its parent’s', async (t) => {
  setEnvironment(t, { KAPOK_PREFIX: '88', KAPOK_PORT: '1', DATABASE_URL: 'postgres://a/b', REDIS_URL: 'redis://a' });
  const environment = childEnvironment({ KAPOK_PREFIX: '88.101' });
  t.equal(environment.PATH, process.env.PATH);
  t.strictSame(
    Object.keys(environment).filter((name) => /^KAPOK_|^DATABASE_URL$|^REDIS_URL$/.test(name)),
    ['KAPOK_PREFIX'],
  );
  t.equal(environment.KAPOK_PREFIX, '88.101');
});

t.test('the command line reads its own variables', async (t) => {
  setEnvironment(t, { KAPOK_URL: 'http://n' });
  t.equal(readVariable('KAPOK_URL'), 'http://n');
  t.equal(readVariable('KAPOK_TOKEN'), undefined);
});
