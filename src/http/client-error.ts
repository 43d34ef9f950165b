import { STATUS_CODES } from 'node:http';
import type { ConnectionError } from 'fastify';
import { PROBLEM_MEDIA_TYPE } from '../../proto/http/problem.ts';
import { KapokError } from '../errors/kapok-error.ts';
import { problemOf } from './problem.ts';
import type { Socket, UnderWay } from './under-way.ts';

/**
 * Bytes that are no HTTP request never become one: the answer is written to the connection, which then ends. Where an answer
 * is under way nothing is: it would be taken for a part of that one.
 */
export function clientErrorHandler(underWay: UnderWay): (error: ConnectionError, socket: Socket) => void {
  return (error, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable || underWay.isBusy(socket)) {
      socket.destroy();
      return;
    }
    const failure = asKapokError(error);
    const body = JSON.stringify(problemOf(failure));
    const head = `HTTP/1.1 ${failure.httpStatus} ${STATUS_CODES[failure.httpStatus]}`;
    const headers = `Content-Type: ${PROBLEM_MEDIA_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close`;
    socket.write(`${head}\r\n${headers}\r\n\r\n${body}`);
    socket.destroySoon();
  };
}

function asKapokError(error: ConnectionError & { reason?: unknown }): KapokError {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return new KapokError('HEADERS_TOO_LARGE', { cause: error });
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new KapokError('REQUEST_TIMEOUT', { cause: error });
    default:
      return new KapokError('BAD_REQUEST', { message: `This is no HTTP request: ${reasonOf(error)}`, cause: error });
  }
}

/** The parser's own word, such as "Invalid char in url path". */
function reasonOf({ reason, message }: ConnectionError & { reason?: unknown }): string {
  return typeof reason === 'string' ? reason : message;
}
