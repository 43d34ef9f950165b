import t from 'tap';
import { parseBasic } from '../../../src/access/handle/basic.ts';
import { parseKeyReference } from '../../../src/access/handle/key-reference.ts';
import { printBasic } from '../../support/print-basic.ts';

const encode = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

function parsed(header: string) {
  const credential = parseBasic(header);
  if (credential === null) return null;
  const { key, secret } = credential;
  return `${key.index} ${key.identifier.text} ${secret.toString()}`;
}

t.test('the user name is percent-encoded, the secret is all that follows the first colon', async (t) => {
  t.equal(parsed(encode('301%3A20.500.12345/ADMIN:bench-secret-123')), '301 20.500.12345/ADMIN bench-secret-123');
  t.equal(parsed(encode('301%3a88.1%2FA%20b:a:b:')), '301 88.1/A b a:b:');
  t.equal(parsed(encode('301%3A88.1/标识:密码')), '301 88.1/标识 密码');
  t.equal(parsed(encode('88.1/ADMIN:secret')), '0 88.1/ADMIN secret', 'any key of the record');
  t.equal(parsed(encode('301%3A88.1/A:')), '301 88.1/A ');
  t.equal(parsed(encode('301%3A88.1/A+b:c')), '301 88.1/A+b c', 'a plus is a plus');
});

t.test('a header is read as it was printed, with any bytes', async (t) => {
  const secret = Buffer.from([0, 255, 58, 128]);
  const credential = parseBasic(printBasic('1:88.1/标识:x', secret));
  t.strictSame(credential?.secret, secret);
  t.match(credential?.key, { index: 1, identifier: { text: '88.1/标识:x' } });
});

t.test('what is malformed, or of another scheme, is no credential', async (t) => {
  for (const header of [
    'Basic',
    'Basic ',
    'Basic %%%',
    'Basic a b',
    'Bearer YTpi',
    encode('no colon'),
    encode('301%3A:secret'),
    encode('301%3Anoslash:secret'),
    encode('301:88.1/A:secret'),
    encode('%zz:secret'),
    encode('2147483648%3A88.1/A:secret'),
    encode('1%3A88.1/A%00:secret'),
    `Basic ${'A'.repeat(9_000)}`,
  ]) {
    t.equal(parsed(header), null, header.slice(0, 40));
  }
});

t.test('a key is named by index and identifier', async (t) => {
  t.match(parseKeyReference('300:88.1/A:b'), { index: 300, identifier: { text: '88.1/A:b', suffix: 'A:b' } });
  t.match(parseKeyReference('88.1/A'), { index: 0, identifier: { text: '88.1/A' } });
  t.match(parseKeyReference('x:y/A'), { index: 0, identifier: { text: 'x:y/A', prefix: 'X:Y' } });
  for (const text of ['', '300', '300:', ':88.1', '300:88.1', '300:88.1/', '99999999999:88.1', '1:88.1/\ud800'])
    t.equal(parseKeyReference(text), null, text);
});
