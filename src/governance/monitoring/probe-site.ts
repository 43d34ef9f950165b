import { type NodeCaller, statusOf } from '../../access/node-caller.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { PREFIX_RECORDS, type Prefix } from '../../identifier/prefix.ts';
import { httpServersOf, type Site, type SiteServerUrl } from '../../record/site.ts';
import { EVENT_TYPES, type Failure, makeRound, PROBE_KINDS, type Probed, type ProbeKind, type Round } from './round.ts';

export interface ProbeOptions {
  readonly caller: NodeCaller;
  /** Milliseconds that one probe may take. */
  readonly timeout: number;
  readonly pause: (milliseconds: number) => Promise<unknown>;
  readonly signal: AbortSignal;
}

/** A round of each kind; empty for a site without an HTTP interface, of which nothing can be said. */
export async function probeSite(prefix: Prefix, site: Site, options: ProbeOptions): Promise<Round[]> {
  const [server] = httpServersOf(site);
  if (server === undefined) return [];
  const rounds = PROBE_KINDS.map((kind) =>
    makeRound(kind, () => probe(() => ASK[kind]({ prefix, server }, options)), options.pause),
  );
  return Promise.all(rounds);
}

interface Asked {
  readonly prefix: Prefix;
  readonly server: SiteServerUrl;
}

const ASK: Record<ProbeKind, (asked: Asked, options: ProbeOptions) => Promise<void>> = {
  resolution: async ({ prefix, server }, { caller, timeout, signal }) => {
    const body = JSON.stringify({ identifiers: [`${PREFIX_RECORDS}/${prefix}`], recursive: false });
    const { url, publicKey: pinned } = server;
    const answer = await caller.call({ method: 'POST', url: `${url}/api/resolve`, body, timeout, signal, pinned });
    const [result] = (answer as { answers?: { responseCode?: unknown }[] } | null)?.answers ?? [];
    if (result?.responseCode === 1) return;
    const message = `It does not answer for ${prefix}: response code ${String(result?.responseCode).slice(0, 20)}`;
    throw new KapokError('UPSTREAM_INVALID', { message });
  },
  // Its readiness tells whether its database takes writes; to register for a trial would need a right to write there.
  registration: async ({ server }, { caller, timeout, signal }) => {
    const { url, publicKey: pinned } = server;
    await caller.call({ method: 'GET', url: `${url}/health/ready`, timeout, signal, pinned }).catch((error) => {
      // Other software has no such page, and is not held to it.
      if (statusOf(error) !== 404) throw error;
    });
  },
};

async function probe(ask: () => Promise<void>): Promise<Probed> {
  const begun = performance.now();
  const failure = await ask().then(() => null, failureOf);
  return { ms: performance.now() - begun, failure };
}

function failureOf(error: unknown): Failure {
  const isNetwork =
    error instanceof KapokError &&
    ['UPSTREAM_UNREACHABLE', 'UPSTREAM_TIMEOUT'].includes(error.code) &&
    statusOf(error) === null;
  const reason = error instanceof Error ? error.message : String(error);
  return { type: isNetwork ? EVENT_TYPES.network : EVENT_TYPES.system, reason: reason.slice(0, 500) };
}
