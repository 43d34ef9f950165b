import { EventEmitter, once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { Test } from 'tap';

type Value = { readonly [kind: string]: string | number | boolean };
type Pairs = readonly { readonly key: string; readonly value: Value }[];

/** The part of an OTLP request that traces are in (opentelemetry-proto, trace.proto, in its JSON form). */
interface Export {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: Pairs };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: Pairs;
  readonly status: { readonly code?: number };
}

export interface SeenSpan extends Omit<OtlpSpan, 'attributes'> {
  readonly facts: Readonly<Record<string, unknown>>;
  /** The prefix of the node, and the process. */
  readonly node: unknown;
  readonly pid: unknown;
}

export const KINDS = { internal: 1, server: 2, client: 3 } as const;

export interface Collector {
  /** What KAPOK_TRACES names. */
  readonly url: string;
  readonly spans: readonly SeenSpan[];
  /** All that has come, as it came. */
  readonly bodies: readonly string[];
  /** Asks again with every export that comes, until there is an answer. */
  until<T>(find: (spans: readonly SeenSpan[]) => T | null | undefined | false): Promise<T>;
}

/** What takes the place of a collector: a server that takes OTLP over HTTP as JSON. */
export async function startCollector(
  t: Test,
  answer: (response: ServerResponse) => void = (response) => void response.end('{}'),
): Promise<Collector> {
  const spans: SeenSpan[] = [];
  const bodies: string[] = [];
  const arrivals = new EventEmitter();
  const server = createServer(async (request, response) => {
    t.match({ method: request.method, url: request.url }, { method: 'POST', url: '/v1/traces' });
    t.equal(request.headers['content-type'], 'application/json');
    const sent = (await json(request)) as Export;
    bodies.push(JSON.stringify(sent));
    spans.push(...sent.resourceSpans.flatMap(({ resource, scopeSpans }) => read(resource.attributes, scopeSpans)));
    answer(response);
    arrivals.emit('export');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    bodies,
    until: async (find) => {
      for (;;) {
        const found = find(spans);
        if (found) return found;
        await once(arrivals, 'export');
      }
    },
  };
}

function read(of: Pairs, scopes: Export['resourceSpans'][number]['scopeSpans']): SeenSpan[] {
  const { 'kapok.node': node, 'process.pid': pid } = factsOf(of);
  return scopes.flatMap(({ spans }) =>
    spans.map(({ attributes, ...span }) => ({ ...span, facts: factsOf(attributes), node, pid })),
  );
}

function factsOf(pairs: Pairs): Record<string, unknown> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, Object.values(value)[0]]));
}
