/** One answer of HTTP/1.1 (RFC 9112), as it came. */
export interface Answer {
  readonly status: number;
  /** Status line and fields, without the empty line. */
  readonly head: string;
  readonly body: Buffer;
  /** Of head and body on the wire. */
  readonly bytes: number;
}

const HEAD_END = '\r\n\r\n';
/** Larger answers are refused: what is asked by a bench is small, and the other side need not be one of ours. */
const MAX_HEAD = 65_536;
const MAX_BODY = 64 * 1024 * 1024;
const NOTHING = Buffer.alloc(0);

/**
 * Cuts what a connection brings into answers. Only what a load generator needs: answers with a length or in chunks; one that
 * ends with its connection is refused. Throws at what is no HTTP.
 */
export class AnswerReader {
  #rest: Buffer = NOTHING;

  /** Every answer that is complete with this piece. */
  push(piece: Buffer): Answer[] {
    this.#rest = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    const answers: Answer[] = [];
    for (let answer = this.#read(); answer !== null; answer = this.#read()) {
      // 1xx announces the answer that follows (RFC 9110 §15.2).
      if (answer.status >= 200) answers.push(answer);
    }
    return answers;
  }

  #read(): Answer | null {
    const rest = this.#rest;
    const end = rest.indexOf(HEAD_END);
    if (end < 0) {
      if (rest.length > MAX_HEAD) throw new Error('the head of an answer is too long');
      return null;
    }
    const head = rest.toString('latin1', 0, end);
    const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1]);
    if (Number.isNaN(status)) throw new Error(`no HTTP: ${JSON.stringify(head.slice(0, 80))}`);
    const begin = end + HEAD_END.length;
    const read = bodyOf({ head, status, rest, begin });
    if (read === null) return null;
    this.#rest = read.end === rest.length ? NOTHING : rest.subarray(read.end);
    return { status, head, body: read.body, bytes: read.end };
  }
}

interface Part {
  readonly body: Buffer;
  /** Where the next answer begins. */
  readonly end: number;
}

interface Whole {
  readonly head: string;
  readonly status: number;
  readonly rest: Buffer;
  readonly begin: number;
}

/** RFC 9112 §6.3; null while it is not whole. */
function bodyOf({ head, status, rest, begin }: Whole): Part | null {
  if (status < 200 || status === 204 || status === 304) return { body: NOTHING, end: begin };
  if (/\r\ntransfer-encoding: *chunked/i.test(head)) return readChunks(rest, begin);
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1]);
  if (Number.isNaN(length)) throw new Error('an answer without a length');
  if (length > MAX_BODY) throw new Error(`an answer of ${length} bytes`);
  const end = begin + length;
  return end > rest.length ? null : { body: rest.subarray(begin, end), end };
}

/** RFC 9112 §7.1; null while the last chunk is not there. */
function readChunks(rest: Buffer, begin: number): Part | null {
  const chunks: Buffer[] = [];
  for (let at = begin; ; ) {
    const line = rest.indexOf('\r\n', at);
    if (line < 0) return null;
    const size = Number.parseInt(rest.toString('latin1', at, line), 16);
    if (Number.isNaN(size) || rest.length > MAX_BODY) throw new Error('a chunk without a size, or too many');
    const data = line + 2;
    if (size === 0) {
      // The empty line stands at once, or after trailer fields.
      const end = rest.indexOf(HEAD_END, line);
      return end < 0 ? null : { body: Buffer.concat(chunks), end: end + HEAD_END.length };
    }
    if (data + size + 2 > rest.length) return null;
    chunks.push(rest.subarray(data, data + size));
    at = data + size + 2;
  }
}
