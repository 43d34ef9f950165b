import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Traces } from '../../telemetry/traces/traces.ts';
import { follow } from '../follow-requests.ts';
import { peerOf } from '../peer.ts';
import type { UnderWay } from '../under-way.ts';
import type { Lane } from './express-lane.ts';
import type { PlainAnswer } from './plain-answer.ts';
import { isPlain } from './plain-request.ts';

export interface RequestLaneOptions {
  readonly lane: Lane;
  readonly traces: Traces | null;
  readonly underWay: UnderWay;
}

/**
 * The express lane for what `node:http` has read: false leaves a request to the framework. One that is followed goes the way of
 * the framework, which gives the same answers.
 */
export function createRequestLane({ lane, traces, underWay }: RequestLaneOptions) {
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    if (follow(request, traces) || !isPlain(request)) return false;
    const answer = lane(request.url ?? '', peerOf(request.socket));
    if (answer === null) return false;
    if (answer instanceof Promise) {
      underWay.begin(request, response);
      void answer.then((late) => send(response, late));
    } else send(response, answer);
    return true;
  };
}

/**
 * Ends a response with its only piece. `response.end(piece)` corks the socket and adds an empty piece, which takes the slow way
 * (writev: a fifth of a memory hit, `npm run bench`); uncorked before its end, head and body leave as one string.
 */
function send(response: ServerResponse, { status, headers, body }: PlainAnswer): void {
  response.writeHead(status, headers as string[]);
  response.write(body, 'latin1');
  response.socket?.uncork();
  response.end();
}
