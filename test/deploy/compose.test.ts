import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { readConfig } from '../../src/config/config.ts';
import { nodeServices, parseEnvFile, readCompose, readRootFile, requiredVariables, root } from './compose-file.ts';

const secrets = parseEnvFile(
  execFileSync('sh', [fileURLToPath(new URL('docker/make-env.sh', root))], { encoding: 'utf8' }),
);
const compose = readCompose(secrets);
const services = Object.entries(compose.services);
const nodes = nodeServices(compose);

/** The members of a service that this project uses; a misspelled one would be refused by the engine. */
const MEMBERS = [
  ...['image', 'build', 'restart', 'init', 'read_only', 'cap_drop', 'security_opt', 'stop_grace_period', 'shm_size'],
  ...['depends_on', 'healthcheck', 'environment', 'ports', 'volumes', 'tmpfs', 'user', 'entrypoint', 'command'],
];

t.test('every service is written as the engine understands it', async (t) => {
  for (const [name, service] of services) {
    t.strictSame(
      Object.keys(service).filter((member) => !MEMBERS.includes(member)),
      [],
      name,
    );
    t.ok(service.image, `${name} has an image`);
    t.match(service.restart, /^(unless-stopped|on-failure:\d)$/, `${name} is started again`);
    const badValues = Object.entries(service.environment ?? {}).filter(([, value]) => typeof value !== 'string');
    t.strictSame(badValues, [], `${name}: numbers in the environment are quoted`);
  }
});

t.test('a service waits for what is healthy, and what is waited for can tell', async (t) => {
  for (const [name, { depends_on: dependencies = {}, healthcheck }] of services) {
    for (const [other, { condition }] of Object.entries(dependencies)) {
      t.equal(condition, 'service_healthy', `${name} waits for ${other}`);
      t.ok(compose.services[other]?.healthcheck?.test, `${other} has a health check`);
    }
    t.ok(healthcheck?.test !== undefined || healthcheck?.disable === true, `${name} says how it is checked`);
  }
});

t.test('ports are published on loopback alone, and each once', async (t) => {
  const ports = services.flatMap(([, service]) => service.ports ?? []);
  t.ok(ports.length > 0);
  for (const port of ports) t.match(port, /^127\.0\.0\.1:\d+:7080$/);
  t.equal(new Set(ports).size, ports.length);
});

t.test('volumes are declared, and files that are mounted exist', async (t) => {
  for (const mount of services.flatMap(([, service]) => service.volumes ?? [])) {
    const [source = ''] = mount.split(':');
    if (source.startsWith('.')) t.ok(existsSync(new URL(source, root)), source);
    else t.ok(source in compose.volumes, source);
  }
});

t.test('no secret stands in the file', async (t) => {
  const lines = readRootFile('docker-compose.yml').split('\n');
  for (const line of lines.filter((text) => /^\s*[A-Z_]*(PASSWORD|TOKEN|AUTH):/.test(text))) {
    t.match(line, /: \$\{[A-Z_]+:\?[^}]+\}$/, line.trim());
  }
  for (const line of lines.filter((text) => /(postgres|redis):\/\//.test(text))) {
    t.match(line, /:\/\/\w*:\$\{[A-Z_]+:\?[^}]+\}@/, 'the password of a URL is a variable');
  }
});

t.test('.env.example and make-env.sh name exactly the variables that are required', async (t) => {
  const required = requiredVariables().sort();
  t.strictSame(Object.keys(parseEnvFile(readRootFile('.env.example'))).sort(), required);
  t.strictSame(Object.keys(secrets).sort(), required);
  t.throws(() => readCompose({ ...secrets, TOP_TOKEN: '' }), /TOP_TOKEN/, 'an empty one is refused');
});

t.test('the settings of every node are valid, and each node has a database of its own', async (t) => {
  t.strictSame(
    nodes.map(([, settings]) => settings.KAPOK_PREFIX),
    ['88', '88.101', '88.102', '88.103', '88.101.1001'],
  );
  const made = Array.from(
    readRootFile('docker/init-databases.sql').matchAll(/create database (\w+);/g),
    ([, db]) => db,
  );
  const used = nodes.map(([name, settings]) => {
    const config = readConfig(settings);
    t.equal(config.port, 7080, `${name} listens where the health check asks`);
    t.equal(config.publicUrl, `http://${name}:7080`, `${name} is reached by its name`);
    return new URL(config.databaseUrl ?? '').pathname.slice(1);
  });
  t.strictSame(used, made);
});
