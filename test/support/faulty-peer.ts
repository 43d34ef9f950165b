import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import type { ResolveAnswer, ResolveRequest } from '../../proto/http/resolve.ts';
import { type Site, siteOfUrl } from '../../src/record/site.ts';

/** What a peer does with one call of `POST /api/resolve`. */
export type Behaviour = (
  asked: ResolveRequest,
  response: ServerResponse,
  request: IncomingMessage,
) => void | Promise<void>;

export interface FaultyPeer {
  readonly url: string;
  readonly site: Site;
  /** Every call so far. */
  readonly calls: ResolveRequest[];
  behave(behaviour: Behaviour): void;
  close(): Promise<void>;
}

/**
 * A node that is not one: an HTTP server on a free port that answers `POST /api/resolve` as it is told, and whatever is
 * asked with GET as `get` says, with 404 unless it is given.
 */
export async function startFaultyPeer(
  t: { teardown(work: () => Promise<unknown>): void },
  behaviour: Behaviour = answering(found),
  get: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) =>
    void response.writeHead(404).end(),
): Promise<FaultyPeer> {
  const calls: ResolveRequest[] = [];
  let present = behaviour;
  const server = createServer(async (request: IncomingMessage, response) => {
    if (request.method === 'GET') return get(request, response);
    const asked = JSON.parse(await text(request)) as ResolveRequest;
    calls.push(asked);
    await present(asked, response, request);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    if (!server.listening) return;
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  t.teardown(close);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const behave = (next: Behaviour) => {
    present = next;
  };
  return { url, site: siteOfUrl(url), calls, behave, close };
}

/** Answers each identifier by itself. */
export function answering(answer: (identifier: string) => unknown): Behaviour {
  return (asked, ...call) => sending({ answers: asked.identifiers.map(answer) })(asked, ...call);
}

/** Answers with this JSON whatever was asked. */
export function sending(json: unknown): Behaviour {
  return (_asked, response) => void response.end(JSON.stringify(json));
}

export function found(handle: string, more: object = {}): ResolveAnswer {
  const values = [
    {
      index: 1,
      type: 'NAME',
      data: { format: 'string', value: handle },
      ttl: 86_400,
      timestamp: '2026-01-01T00:00:00Z',
    },
  ];
  return { responseCode: 1, handle, code: 'FOUND', version: 1, ttl: 60, node: 'peer', values, ...more };
}

export function absent(handle: string, more: object = {}): ResolveAnswer {
  const reason = 'suffix-not-registered';
  const prefix = handle.slice(0, handle.indexOf('/'));
  return { responseCode: 100, handle, code: 'NOT_FOUND', prefix, reason, ttl: 60, node: 'peer', ...more };
}

export function referral(handle: string, { prefix, site, ttl = 60 }: { prefix: string; site: Site; ttl?: number }) {
  const value = { index: 1, type: 'HS_SITE', data: { format: 'site', value: site }, ttl };
  const values = [{ ...value, timestamp: '2026-01-01T00:00:00Z' }];
  return { responseCode: 303, handle, code: 'REFERRAL', prefix, ttl, node: 'peer', values };
}

/** Refers to a site for ever deeper prefixes, beginning below `from`: `88.1`, then `88.1.1`, `88.1.1.1` … */
export function referringDeeper(site: () => Site, from: string): Behaviour {
  let prefix = from;
  return answering((handle) => {
    const next = handle.indexOf('.', prefix.length + 1);
    prefix = handle.slice(0, next < 0 ? handle.indexOf('/') : next);
    return referral(handle, { prefix, site: site() });
  });
}

/** The connection ends without a word. */
export const dropping: Behaviour = (_asked, response) => void response.destroy();

/** The connection stays, and nothing comes. */
export const hanging: Behaviour = () => {};

/** The answer ends in the middle, and the connection with it. */
export const truncating: Behaviour = ({ identifiers }, response) => {
  const body = JSON.stringify({ answers: identifiers.map((handle) => found(handle)) });
  response.writeHead(200, { 'content-length': String(Buffer.byteLength(body)) });
  response.write(body.slice(0, body.length / 2), () => response.destroy());
};

/** The head of the answer comes, and of its body a byte now and then. */
export const dripping: Behaviour = async (_asked, response) => {
  while (!response.destroyed) {
    response.write(' ');
    await setTimeout(20, undefined, { ref: false });
  }
};

export const garbling: Behaviour = (_asked, response) => void response.end('<html>502 Bad Gateway</html>');

export function failing(status: number): Behaviour {
  return (_asked, response) => void response.writeHead(status).end('{"message":"no"}');
}

/** Another behaviour, later. */
export function delaying(milliseconds: number, behaviour: Behaviour): Behaviour {
  return async (...call) => {
    await setTimeout(milliseconds, undefined, { ref: false });
    await behaviour(...call);
  };
}

/** Another behaviour, held until it is let go; `reached` resolves at the first call. */
export function holding(behaviour: Behaviour): { behaviour: Behaviour; reached: Promise<void>; release(): void } {
  let release = () => {};
  let arrive = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const reached = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const held: Behaviour = async (...call) => {
    arrive();
    await gate;
    await behaviour(...call);
  };
  return { behaviour: held, reached, release };
}
