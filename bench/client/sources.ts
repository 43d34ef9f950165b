import { randomBytes } from 'node:crypto';
import { encodePath } from '../../src/identifier/percent-encoding.ts';
import type { Expectation, LoadRequest, RequestSource } from '../load.ts';
import { createZipf, randomFrom, scatterOf } from '../random.ts';
import { identifierOf } from '../records.ts';
import type { Answer } from './answer-reader.ts';
import { openWriteMix } from './write-mix.ts';

/** A request as it goes over the wire. */
export interface Asked {
  readonly text: string;
  readonly status: number;
  readonly expects: Expectation | null;
  readonly mayFail: boolean;
  /** What it counts under, too. */
  readonly group?: string;
  /** What the source learns of it. */
  readonly followed?: Followed;
}

export interface Followed {
  /** Of an answer that is right otherwise; both times are of `performance.now()`. */
  readonly answered: (answer: Answer, times: { readonly intended: number; readonly now: number }) => Judged;
  /** It had no right answer. */
  readonly failed: () => void;
}

export interface Judged {
  readonly right: boolean;
  /** It does not show the newest write, and need not yet. */
  readonly behind?: boolean;
}

/** The next request of a connection, by its number. */
export type NextRequest = (lane: number) => Asked;

export interface SourceOptions {
  readonly host: string;
  /** Of all that state none. */
  readonly status: number;
  /** Connections that the source is dealt out to. */
  readonly lanes: number;
  /** Requests that earlier loads have sent: a list goes on behind them, so that no load finds what the one before has left in caches. */
  readonly before: number;
}

export function openSource(source: RequestSource, options: SourceOptions): NextRequest {
  switch (source.kind) {
    case 'list':
      return openList(source.requests, options);
    case 'drawn':
      return openDrawn(source, options);
    case 'each':
      return openEach(source, options);
    case 'absent':
      return () => {
        const handle = absentIdentifier(source.prefix);
        return askedOf({ path: pathOf(handle), expects: { kind: 'named', responseCode: 100, handle } }, options);
      };
    case 'mix':
      return openMix(source.parts, options);
    case 'write-mix':
      return openWriteMix(source, (request) => askedOf(request, options));
  }
}

/** All are of the length of a registered name. */
export function absentIdentifier(prefix: string): string {
  return `${prefix}/${randomBytes(6).toString('hex').slice(1)}`;
}

export function pathOf(identifier: string): string {
  return `/api/handles/${encodePath(identifier)}`;
}

function openList(requests: readonly LoadRequest[], options: SourceOptions): NextRequest {
  const asked = requests.map((request) => askedOf(request, options));
  const { lanes, before } = options;
  const rounds = Math.max(1, Math.floor(asked.length / lanes));
  const begin = lanes * (Math.ceil(before / lanes) % rounds);
  const places = Array.from({ length: lanes }, (_, lane) => (begin + lane) % asked.length);
  return (lane) => {
    const place = places[lane] as number;
    places[lane] = place + lanes < asked.length ? place + lanes : lane % asked.length;
    return asked[place] as Asked;
  };
}

function openDrawn({ prefix, count, skew }: Extract<RequestSource, { kind: 'drawn' }>, options: SourceOptions) {
  // Not the names that the load before it has asked for.
  const draw = createZipf({ count, skew, random: randomFrom(options.before) });
  const scatter = scatterOf(count);
  return () => {
    const handle = identifierOf(prefix, scatter(draw()));
    return askedOf({ path: pathOf(handle), expects: { kind: 'named', responseCode: 1, handle } }, options);
  };
}

function openEach({ prefix, count }: Extract<RequestSource, { kind: 'each' }>, options: SourceOptions): NextRequest {
  const scatter = scatterOf(count);
  let place = options.before % count;
  return () => {
    const handle = identifierOf(prefix, scatter(place));
    place = (place + 1) % count;
    return askedOf({ path: pathOf(handle), expects: { kind: 'named', responseCode: 1, handle } }, options);
  };
}

function openMix(parts: Extract<RequestSource, { kind: 'mix' }>['parts'], options: SourceOptions): NextRequest {
  const opened = parts.map(({ share, source }) => ({ share, next: openSource(source, options), owed: 0 }));
  return (lane) => {
    // Whoever is owed most comes next: the shares hold at every moment, without chance.
    let most = opened[0] as (typeof opened)[number];
    for (const part of opened) {
      part.owed += part.share;
      if (part.owed > most.owed) most = part;
    }
    most.owed -= 1;
    return most.next(lane);
  };
}

function askedOf({ method = 'GET', path, ...request }: LoadRequest, { host, status }: SourceOptions): Asked {
  const { body, headers = {}, expects = null, mayFail = false } = request;
  const more = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const sent =
    body === undefined ? '' : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`;
  const text = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n${more.join('')}${sent}\r\n${body ?? ''}`;
  return { text, status: request.status ?? status, expects, mayFail };
}
