import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import { readMetrics } from './counters.ts';
import type { NodeServer } from './node-server.ts';
import type { Resources } from './resources.ts';

/** Milliseconds between two readings of the metrics: oftener than anyone needs them. */
const EVERY = 1_000;

/** Whoever looks at a node while it is loaded; answers how to stop looking. */
export type Onlooker = (node: NodeServer) => Promise<() => Promise<void>>;

export const nobody: Onlooker = async () => async () => {};

/** As Prometheus does. */
export const metricsReader: Onlooker = async ({ url }) => {
  let reading: Promise<unknown> = readMetrics(url);
  const timer = setInterval(() => {
    reading = reading.then(() => readMetrics(url));
  }, EVERY);
  return async () => {
    clearInterval(timer);
    await reading;
  };
};

/** An auditor, who is told of every resolution. */
export const auditor: Onlooker = async ({ url, operatorToken }) => {
  const stop = new AbortController();
  const headers = { authorization: `Bearer ${operatorToken}` };
  const { statusCode, body } = await request(`${url}/api/v1/resolutions/stream`, { headers, signal: stop.signal });
  if (statusCode !== 200) throw new Error(`the stream of resolutions answers ${statusCode}`);
  body.resume();
  // That is how it ends.
  body.on('error', () => {});
  return async () => stop.abort();
};

export interface Collector {
  readonly url: string;
  /** Calls so far, each with spans of many requests. */
  readonly calls: number;
}

/** Takes spans (OTLP over HTTP), and keeps nothing. */
export async function startCollector(resources: Resources): Promise<Collector> {
  let calls = 0;
  const server = createServer((asked, answer) => {
    asked.resume().on('end', () => {
      calls++;
      answer.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  resources.add(async () => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get calls() {
      return calls;
    },
  };
}
