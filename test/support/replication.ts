import { spawnSync } from 'node:child_process';
import { appendFile, chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.ts';

export interface TestServer {
  readonly port: number;
  url(database: string): string;
  /** SIGKILL of its first process: the others end when they notice. */
  kill(): Promise<void>;
  /** On the same port. */
  restart(): Promise<void>;
}

export interface Replication {
  readonly primary: TestServer;
  /** A standby of it, by streaming. The primary waits for it when `synchronous_standby_names` names `replica`. */
  readonly replica: TestServer;
  /** The URL of both, of which the one is meant that takes writes. */
  url(database: string): string;
}

interface Teardown {
  teardown(work: () => Promise<unknown>): void;
}

/** Two PostgreSQL servers of the test's own, without any program but `postgres`: a stopped primary is copied, then both start. */
export async function startReplication(t: Teardown): Promise<Replication> {
  const folder = await mkdtemp(join(tmpdir(), 'kapok-replication-'));
  // Passable for the unprivileged user that the servers run as when the tests are root's.
  await chmod(folder, 0o711);
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const [from, to] = [join(folder, 'primary'), join(folder, 'replica')];
  await (await startEmbeddedPostgres({ dataDir: from })).close();
  await mkdir(to, { mode: 0o711 });
  for (const part of ['cluster', 'password']) spawnSync('cp', ['-a', join(from, part), join(to, part)]);
  const primary = await startServer(t, from);
  const { port, username, password } = new URL(primary.url('postgres'));
  const conninfo = `host=127.0.0.1 port=${port} user=${username} password=${password} application_name=replica`;
  await appendFile(join(to, 'cluster/postgresql.auto.conf'), `primary_conninfo = '${conninfo}'\n`);
  await writeFile(join(to, 'cluster/standby.signal'), '');
  const replica = await startServer(t, to);
  const url = (database: string) =>
    `postgres://${username}:${password}@127.0.0.1:${port},127.0.0.1:${replica.port}/${database}?target_session_attrs=read-write`;
  return { primary, replica, url };
}

async function startServer(t: Teardown, dataDir: string): Promise<TestServer> {
  let server: EmbeddedPostgres = await startEmbeddedPostgres({ dataDir, superviseRestart: false });
  t.teardown(() => server.close());
  const { port } = server;
  return {
    port,
    url: (database) => server.url(database),
    kill: async () => {
      process.kill(server.pid, 'SIGKILL');
      await server.close();
    },
    restart: async () => {
      server = await startEmbeddedPostgres({ dataDir, superviseRestart: false });
      if (server.port !== port) throw new Error(`The server came back on port ${server.port}, not on ${port}`);
    },
  };
}
