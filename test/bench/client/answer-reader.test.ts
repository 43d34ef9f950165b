import t from 'tap';
import { AnswerReader } from '../../../bench/client/answer-reader.ts';

const LENGTH = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';
const CHUNKS = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=1\r\nlo\r\n0\r\n\r\n';
const TRAILERS = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nx-sum: 1\r\n\r\n';
const EMPTY = 'HTTP/1.1 304 Not Modified\r\netag: "1"\r\n\r\n';

t.test('answers are the same wherever the connection cuts them', async (t) => {
  const bytes = Buffer.from(`HTTP/1.1 103 Early Hints\r\n\r\n${LENGTH}${CHUNKS}${EMPTY}${TRAILERS}${LENGTH}`);
  for (let cut = 0; cut <= bytes.length; cut++) {
    const reader = new AnswerReader();
    const answers = [...reader.push(bytes.subarray(0, cut)), ...reader.push(bytes.subarray(cut))];
    t.strictSame(
      answers.map(({ status, body }) => `${status} ${body}`),
      ['200 hello', '200 hello', '304 ', '200 hello', '200 hello'],
      `cut at ${cut}`,
    );
    t.equal(answers.reduce((sum, { bytes }) => sum + bytes, 0) + 28, bytes.length, 'every byte belongs to an answer');
  }
  const reader = new AnswerReader();
  t.equal([...bytes].flatMap((byte) => reader.push(Buffer.from([byte]))).length, 5, 'byte by byte');
});

t.test('what is no answer is refused', async (t) => {
  const refused = (text: string) => () => new AnswerReader().push(Buffer.from(text));
  t.throws(refused('SSH-2.0-OpenSSH\r\n\r\n'), /no HTTP/);
  t.throws(refused('HTTP/1.1 200 OK\r\n\r\nuntil the end'), /without a length/);
  t.throws(refused('HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n'), /99999999999 bytes/);
  t.throws(refused('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'), /chunk/);
  t.throws(refused('x'.repeat(70_000)), /too long/);
});
