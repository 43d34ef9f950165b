import { join } from 'node:path';
import type { Bench } from './bench.ts';
import { type Child, startChild } from './child.ts';
import { callHttp } from './http.ts';
import type { LoadProfile } from './load-profile.ts';
import type { RawStore } from './store-server.ts';

export interface RawStoreServer {
  readonly url: string;
  readonly pid: number;
}

/** The floor of a store: a server that asks it once a request, in a process of its own. */
export async function startRawStore(bench: Bench, { name, store }: { name: string; store: RawStore }) {
  const logFile = join(bench.folder, `${name}.log`);
  const child: Child<{ url: string }> = await startChild({ path: 'bench/store-server', logFile });
  bench.resources.add(() => child.close());
  await child.ask(store);
  return { url: child.first.url, pid: child.pid } satisfies RawStoreServer;
}

/** The same load, of the raw server in place of the node; its answers are checked to be those of the node, to the byte. */
export function besideRawStore(profile: LoadProfile, raw: RawStoreServer, identifier: string): LoadProfile {
  const check = async () => {
    const path = `/api/handles/${identifier}`;
    const [own, theirs] = [await callHttp(`${profile.url}${path}`), await callHttp(`${raw.url}${path}`)];
    if (!own.body.equals(theirs.body))
      throw new Error(`the raw server says ${theirs.body.toString()}, the node ${own.body.toString()}`.slice(0, 600));
  };
  const {
    served: [, ...store],
  } = profile;
  return { ...profile, url: raw.url, served: [{ pid: raw.pid }, ...store], proof: [], check };
}
