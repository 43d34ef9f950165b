import t from 'tap';
import {
  claimsKey,
  parseHandleAuthorization as parse,
  printHandleAuthorization as print,
} from '../../../src/access/handle/authorization.ts';
import { printChallenge } from '../../../src/access/handle/challenge.ts';

const ALL = {
  version: '0',
  sessionId: '1CA2t9zLvfkGK9qVc0hvGg',
  id: '300:88.101.1001/ADMIN',
  cnonce: 'QUJD/+8=',
  type: 'HS_PUBKEY',
  alg: 'SHA256',
  signature: 'c2ln',
};

t.test('a header is read as it was printed', async (t) => {
  const header = print(ALL);
  t.equal(
    header,
    'Handle version="0", sessionId="1CA2t9zLvfkGK9qVc0hvGg", id="300%3A88.101.1001%2FADMIN", cnonce="QUJD/+8=", type="HS_PUBKEY", alg="SHA256", signature="c2ln"',
  );
  t.strictSame(parse(header), ALL);
  t.strictSame(parse(print({ sessionId: 'a', id: '1:88.1/标识 "x"\\' })), { sessionId: 'a', id: '1:88.1/标识 "x"\\' });
});

t.test('the id alone is percent-encoded, and may be plain where nothing needs it', async (t) => {
  t.strictSame(parse('Handle id="300:88.1/A", sessionId="a%20b"'), { id: '300:88.1/A', sessionId: 'a%20b' });
  t.equal(parse('Handle id="%zz"'), null);
  t.equal(parse('Handle id="%C3"'), null);
});

t.test(
  'names ignore case, parameters may be tokens, spaces and commas are free, unknown names are passed over',
  async (t) => {
    t.strictSame(parse('handle SESSIONID=abc'), { sessionId: 'abc' });
    t.strictSame(parse('  HANDLE\t sessionid = "abc" , , Type=HS_PUBKEY,x="y", '), {
      sessionId: 'abc',
      type: 'HS_PUBKEY',
    });
    t.strictSame(parse('Handle sessionId="a", sessionId="b"'), { sessionId: 'b' });
    t.strictSame(parse('Handle sessionId="a\\"b\\\\c"'), { sessionId: 'a"b\\c' });
    t.strictSame(parse('Handle certificate="x"'), {});
    t.strictSame(parse('Handle x="__proto__", __proto__="y", constructor="z"'), {});
  },
);

t.test('what is malformed, or of another scheme, is no credential', async (t) => {
  for (const header of [
    '',
    'Handle',
    'Handles sessionId="a"',
    'Bearer sessionId="a"',
    'Handle sessionId',
    'Handle sessionId=',
    'Handle sessionId="a',
    'Handle sessionId="a" type="b"',
    'Handle sessionId=a/b',
    'Handle sessionId="a", ;',
    'Handle ="a"',
    'Handle "a"',
  ]) {
    t.equal(parse(header), null, header);
  }
});

t.test('a header of any length is read, or refused, in time that grows with it', async (t) => {
  t.match(parse(`Handle cnonce="${'a'.repeat(12_000)}"`), { cnonce: /^a{12000}$/ });
  t.equal(parse(`Handle cnonce="${'a'.repeat(12_300)}"`), null);
  const begun = performance.now();
  for (const hostile of [
    `${'"\\"'.repeat(4000)}`,
    `a=${', '.repeat(5000)}`,
    `a="${'\\'.repeat(11_000)}`,
    ' '.repeat(12_000),
  ]) {
    parse(`Handle ${hostile}`);
    parse(`Handle x="${hostile}`);
  }
  t.ok(performance.now() - begun < 500);
});

t.test('a credential claims a key once it says anything of one', async (t) => {
  t.equal(claimsKey({ version: '0', sessionId: 'a', cnonce: 'b' }), false);
  for (const field of ['id', 'type', 'alg', 'signature'] as const) t.equal(claimsKey({ [field]: 'x' }), true, field);
});

t.test('a challenge tells the session, its nonce and what was wrong, and never breaks out of its quotes', async (t) => {
  const nonce = Buffer.from('nonce');
  t.equal(printChallenge({}), 'Handle');
  t.equal(printChallenge({ sessionId: 'a', nonce }), 'Handle sessionId="a", nonce="bm9uY2U="');
  t.equal(
    printChallenge({ sessionId: 'a', nonce, error: 'a "quote", \\ and 标识\r\n' }),
    'Handle sessionId="a", nonce="bm9uY2U=", error="a \\"quote\\", \\\\ and "',
  );
});
