import { STATUS_CODES } from 'node:http';
import type { PlainAnswer } from './plain-answer.ts';

const OK = 'HTTP/1.1 200 OK\r\n';
const CLOSE = 'Connection: close\r\n\r\n';
const KEEP = 'Connection: keep-alive\r\n\r\n';

/** An HTTP/1.1 response as `node:http` writes it, one byte a character; `last`: the connection ends with it. */
export function wireAnswer({ status, headers, body }: PlainAnswer, last: boolean): string {
  let text = status === 200 ? OK : `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n`;
  for (let i = 0; i < headers.length; i += 2) text += `${headers[i]}: ${headers[i + 1]}\r\n`;
  return text + dateLine() + (last ? CLOSE : KEEP) + body;
}

let second = 0;
let line = '';

/** RFC 9110 §6.6.1. Made once a second. */
function dateLine(): string {
  const now = Math.floor(Date.now() / 1000);
  if (now !== second) {
    second = now;
    line = `Date: ${new Date(now * 1000).toUTCString()}\r\n`;
  }
  return line;
}
