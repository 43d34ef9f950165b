import t from 'tap';
import { KapokError } from '../../src/errors/kapok-error.ts';
import {
  assertRegistrable,
  identifierKey,
  parseIdentifier,
  whyInvalidIdentifier,
} from '../../src/identifier/identifier.ts';
import { MAX_WIRE_BYTES } from '../../src/identifier/limits.ts';
import { readInvalid, readRows, show } from './read-vectors.ts';

const valid = readRows('identifier-valid.tsv', ['identifier', 'prefix', 'suffix', 'registrable']);
const invalid = readInvalid();
const keys = readRows('identifier-key.tsv', ['identifier', 'sensitive', 'insensitive']);

t.test('reads every valid identifier of the vectors', async (t) => {
  t.ok(valid.length >= 40);
  for (const { identifier, prefix, suffix } of valid) {
    t.equal(whyInvalidIdentifier(identifier), null, show(identifier));
    t.strictSame(parseIdentifier(identifier), { text: identifier, prefix, suffix }, show(identifier));
  }
});

t.test('refuses every malformed identifier of the vectors and says why', async (t) => {
  t.ok(invalid.length >= 40);
  for (const { text, reason } of invalid) {
    t.match(whyInvalidIdentifier(text) ?? 'is valid', reason, show(text));
    t.throws(() => parseIdentifier(text), { name: 'KapokError', code: 'INVALID_IDENTIFIER' }, show(text));
    t.match(catchError(() => parseIdentifier(text)).message, `Identifier ${reason}`.slice(0, 40), show(text));
  }
});

t.test('registers an identifier of up to 255 characters, however many bytes they take', async (t) => {
  for (const { identifier, registrable } of valid) {
    const assert = () => assertRegistrable(parseIdentifier(identifier));
    if (registrable === 'yes') t.doesNotThrow(assert, show(identifier));
    else t.throws(assert, { code: 'INVALID_IDENTIFIER', message: /at most 255 can be registered/ }, show(identifier));
  }
});

t.test('carries an identifier of 2048 bytes and no more', async (t) => {
  const longest = `88.106/${'a'.repeat(MAX_WIRE_BYTES - 7)}`;
  t.equal(Buffer.byteLength(parseIdentifier(longest).text), 2048);
  t.throws(() => parseIdentifier(`${longest}a`), { message: 'Identifier is over 2048 bytes' });
});

t.test('keys an identifier as its prefix compares suffixes', async (t) => {
  for (const { identifier, sensitive, insensitive } of keys) {
    const parsed = parseIdentifier(identifier);
    t.equal(identifierKey(parsed, 'sensitive'), sensitive, show(identifier));
    t.equal(identifierKey(parsed, 'insensitive'), insensitive, show(identifier));
  }
});

t.test('names the refused text as the subject, cut to what a wire can carry', async (t) => {
  t.equal(catchError(() => parseIdentifier('88.106')).subject, '88.106');
  t.equal(catchError(() => parseIdentifier('8'.repeat(1_000_000))).subject?.length, MAX_WIRE_BYTES);
});

function catchError(run: () => unknown): KapokError {
  try {
    run();
  } catch (error) {
    if (error instanceof KapokError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
