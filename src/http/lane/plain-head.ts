import { SPECIAL_HEADERS } from './plain-request.ts';

/** The end of a request line and header fields (RFC 9112 §2.1), of which no recipient can read anything else into it. */
const HEAD = /^ HTTP\/1\.1\r\n(?:[!#$%&'*+.^_`|~\w-]+:[\t\x20-\x7e\x80-\xff]*\r\n)+\r\n$/;

/** What frames a message, or asks something of the connection. */
const OF_CONNECTION = ['content-length', 'transfer-encoding', 'trailer', 'te', 'expect', 'upgrade', 'http2-settings'];

/** A test of what comes after the target of a `GET`: the request is plain, ends here, and leaves the connection open. */
export function createHeadTest(special: readonly string[] = []): (head: string) => boolean {
  const refused = new Set([...OF_CONNECTION, ...SPECIAL_HEADERS, ...special]);
  return (head) => {
    if (!HEAD.test(head)) return false;
    let hosts = 0;
    for (const line of head.split('\r\n').slice(1, -2)) {
      const colon = line.indexOf(':');
      const name = line.slice(0, colon).toLowerCase();
      if (name === 'host') hosts++;
      if (
        name === 'connection' &&
        line
          .slice(colon + 1)
          .trim()
          .toLowerCase() !== 'keep-alive'
      )
        return false;
      if (refused.has(name)) return false;
    }
    // RFC 9112 §3.2: none, or two, is an error, and for others to tell.
    return hosts === 1;
  };
}
