import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { findText, writePrivate } from './files.ts';

/** Below the ranges from which Linux (32768) and macOS (49152) take the ports of outgoing connections. */
const FIRST = 20_000;
const COUNT = 10_000;

/** The port of the last start; at the first one a port that spreads data folders, so that their servers seldom meet. */
export async function preferredPort(dataDir: string): Promise<number> {
  const remembered = Number(await findText(join(dataDir, 'port')));
  if (Number.isInteger(remembered) && remembered > 0 && remembered < 65_536) return remembered;
  return FIRST + (createHash('sha256').update(dataDir).digest().readUInt32BE() % COUNT);
}

export async function rememberPort(dataDir: string, port: number): Promise<void> {
  if (Number(await findText(join(dataDir, 'port'))) !== port) await writePrivate(join(dataDir, 'port'), `${port}\n`);
}

/** The first free port of 127.0.0.1 from the given one on. It may be lost again before the server binds it. */
export async function findFreePort(from: number): Promise<number> {
  let port = from;
  for (let tries = 0; tries < COUNT; tries++) {
    if (await isFree(port)) return port;
    port = nextPort(port);
  }
  throw new Error(`no port from ${FIRST} to ${FIRST + COUNT - 1} is free`);
}

export function nextPort(port: number): number {
  const next = port + 1;
  return next >= FIRST && next < FIRST + COUNT ? next : FIRST;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
