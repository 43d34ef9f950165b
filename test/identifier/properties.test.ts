import fc from 'fast-check';
import t from 'tap';
import { KapokError } from '../../src/errors/kapok-error.ts';
import { foldCase } from '../../src/identifier/fold.ts';
import { identifierKey, parseIdentifier, suffixKey } from '../../src/identifier/identifier.ts';
import { decodePath, encodePath } from '../../src/identifier/percent-encoding.ts';
import { findLongestMatch, isUnder, lineage, type Prefix, parsePrefix } from '../../src/identifier/prefix.ts';

/** Any text that has a UTF-8 form. */
const text = fc.string({ unit: 'binary' });
/** Any JavaScript string, lone surrogates and all. */
const units = fc.array(fc.nat(0xffff)).map((codes) => String.fromCharCode(...codes));
/** Texts that come close to the grammar. */
const nearly = fc
  .array(fc.constantFrom('88', '.', '..', '/', '%', '%2F', '%zz', 'a', 'Z', ' ', '\u0000', '\ud83d', '\ude00', '中'))
  .map((parts) => parts.join(''));
const hostile = fc.oneof(units, nearly, text);

const suffix = fc.string({ unit: 'binary', minLength: 1 }).filter((s) => !/\p{Cc}/u.test(s));
/** Few labels, so that prefixes meet. */
const prefix = fc
  .array(fc.constantFrom('8', '88', '106', '1', 'a', 'B', '中'), { minLength: 1, maxLength: 6 })
  .map((labels) => parsePrefix(labels.join('.')));
const identifier = fc.tuple(prefix, suffix).map(([prefix, suffix]) => `${prefix}/${suffix}`);

t.test('an identifier is its prefix, a slash and its suffix', async () => {
  fc.assert(
    fc.property(prefix, suffix, (prefix, suffix) => {
      const parsed = parseIdentifier(`${prefix}/${suffix}`);
      return parsed.prefix === prefix && parsed.suffix === suffix && parsed.text === `${prefix}/${suffix}`;
    }),
  );
});

t.test('a key is an identifier with the same key', async () => {
  fc.assert(
    fc.property(identifier, fc.constantFrom('sensitive', 'insensitive'), (text, suffixCase) => {
      const key = identifierKey(parseIdentifier(text), suffixCase);
      return identifierKey(parseIdentifier(key), suffixCase) === key;
    }),
  );
});

t.test('a path decodes to the text it was encoded from', async () => {
  fc.assert(fc.property(text, (text) => decodePath(encodePath(text)) === text));
});

t.test('the path of an identifier survives a URL parser', async () => {
  const dotted = fc
    .array(fc.constantFrom('.', '..', '/', 'a', '%2e', '\\', '?', '#', ' '), { minLength: 1 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(prefix, fc.oneof(suffix, dotted), (prefix, suffix) => {
      const { pathname } = new URL(`http://node/api/handles/${encodePath(`${prefix}/${suffix}`)}`);
      return decodePath(pathname.slice('/api/handles/'.length)) === `${prefix}/${suffix}`;
    }),
  );
});

t.test('a prefix is under another exactly when its labels start with those of the other', async () => {
  fc.assert(
    fc.property(prefix, prefix, (a, b) => isUnder(a, b) === isUnderByLabels(a, b)),
    { numRuns: 2000 },
  );
});

t.test('a prefix is under each of its lineage and under nothing else', async () => {
  fc.assert(
    fc.property(
      prefix,
      prefix,
      (a, b) => [...lineage(a)].every((at) => isUnder(a, at)) && holds(a, b) === isUnder(a, b),
    ),
  );
});

t.test('the longest match is the one that a scan of all entries finds', async () => {
  fc.assert(
    fc.property(fc.array(prefix), prefix, (entries, wanted) => {
      const found = findLongestMatch(new Map(entries.map((entry) => [entry, entry])), wanted);
      const above = entries.filter((entry) => isUnderByLabels(wanted, entry));
      return found === (above.sort((a, b) => b.length - a.length)[0] ?? null);
    }),
    { numRuns: 2000 },
  );
});

t.test('folding touches ASCII letters alone and is done in one go', async () => {
  fc.assert(
    fc.property(units, (text) => {
      const folded = foldCase(text);
      const same = [...text].every((char, i) => [...folded][i] === (/^[a-z]$/.test(char) ? char.toUpperCase() : char));
      return same && folded.length === text.length && foldCase(folded) === folded;
    }),
  );
});

t.test('the key of a suffix ignores ASCII case exactly where its prefix does', async () => {
  fc.assert(
    fc.property(suffix, (suffix) => {
      const folded = suffixKey(suffix, 'insensitive');
      return suffixKey(suffix, 'sensitive') === suffix && folded === foldCase(suffix);
    }),
  );
});

t.test('no text makes anything but a KapokError', async () => {
  const functions = [parseIdentifier, parsePrefix, decodePath, encodePath, foldCase];
  fc.assert(
    fc.property(hostile, fc.constantFrom(...functions), (text, run) => {
      try {
        run(text);
      } catch (error) {
        return error instanceof KapokError && (error.message.isWellFormed() || !text.isWellFormed());
      }
      return true;
    }),
    { numRuns: 5000 },
  );
});

t.test('a text that is accepted has a UTF-8 form and no control character', async () => {
  fc.assert(
    fc.property(hostile, (suffix) => {
      try {
        const { text } = parseIdentifier(`88.106/${suffix}`);
        return Buffer.from(text).toString() === text && !/\p{Cc}/u.test(text);
      } catch {
        return true;
      }
    }),
  );
});

function isUnderByLabels(prefix: Prefix, ancestor: Prefix): boolean {
  const labels = prefix.split('.');
  return ancestor.split('.').every((label, i) => labels[i] === label);
}

function holds(prefix: Prefix, ancestor: Prefix): boolean {
  return [...lineage(prefix)].includes(ancestor);
}
