import { readFileSync } from 'node:fs';
import type { Answer, CallOptions } from '../../support/call.ts';
import { fileOf } from '../../support/root.ts';

/**
 * One exchange with a Handle.net server, version 9, as curl's arguments and the answer were written down in
 * `resolution.txt` and `administration.txt`. Pages are left out: theirs are not ours.
 */
export interface Exchange {
  /** Curl's arguments: the name of the exchange. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly options: CallOptions;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const HOST = /\s*https?:\/\/127\.0\.0\.1:18000/;

export function readExchanges(file: string): Exchange[] {
  const text = readFileSync(fileOf(`test/conformance/handle-rest/${file}`), 'utf8');
  return text
    .split(/^### /m)
    .filter((part) => part !== '')
    .map(parseExchange);
}

function parseExchange(part: string): Exchange {
  const [head = '', ...rest] = part.split('\n\n');
  const [name = '', status = '', ...headers] = head.split('\n');
  const [asked = '', path = ''] = name.split(HOST);
  const type = /-H Content-Type: (\S+)/.exec(asked);
  const origin = /-H Origin: (\S+)/.exec(asked);
  const user = /-u (\S+)/.exec(asked)?.[1];
  const body = /-d (.*)$/.exec(asked)?.[1];
  return {
    name: name.replace(HOST, ' ').trim(),
    method: /-X (\w+)/.exec(asked)?.[1] ?? 'GET',
    path,
    options: {
      headers: {
        ...(type?.[1] === undefined ? {} : { 'content-type': type[1] }),
        ...(user === undefined ? {} : { authorization: `Basic ${Buffer.from(user).toString('base64')}` }),
        ...(origin?.[1] === undefined ? {} : { origin: origin[1] }),
      },
      ...(body === undefined ? {} : { body }),
    },
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(status)?.[1]),
    headers: Object.fromEntries(headers.map((line) => /^(.*?): (.*)$/.exec(line)?.slice(1).map(lower) ?? [])),
    body: rest.join('\n\n').trim(),
  };
}

/** The body with every moment made one: an answer is compared to the letter, but for when it was written. */
export function timeless(body: string): string {
  return body.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, 'MOMENT');
}

/** An error as Handle writes it: ours has a message of its own in the same place, and ends with its code. */
export function asHandleError({ json }: Answer): Record<string, unknown> {
  const { message, code, at, ...rest } = json;
  return rest;
}

function lower(text: string, i: number): string {
  return i === 0 ? text.toLowerCase() : text;
}
