import t from 'tap';
import { decodePath, encodePath } from '../../src/identifier/percent-encoding.ts';
import { readRows, show } from './read-vectors.ts';

const rows = readRows('url-path.tsv', ['path', 'identifier', 'encoded']);

t.test('decodes every path of the vectors', async (t) => {
  for (const { path, identifier } of rows) t.equal(decodePath(path), identifier, show(path));
});

t.test('encodes every identifier of the vectors so that it decodes again', async (t) => {
  for (const { identifier, encoded } of rows) {
    t.equal(encodePath(identifier), encoded, show(identifier));
    t.equal(decodePath(encoded), identifier, show(encoded));
  }
});

t.test('writes a path that URL parsers leave alone', async (t) => {
  for (const { identifier, encoded } of rows) {
    const url = new URL(`http://node/api/handles/${encodePath(identifier)}?auth`);
    t.equal(url.pathname, `/api/handles/${encoded}`, show(identifier));
  }
});

t.test('refuses broken percent-encodings and says where', async (t) => {
  for (const { path, reason } of readRows('url-path-invalid.tsv', ['path', 'reason'])) {
    const message = `Identifier has ${reason}`;
    t.throws(() => decodePath(path), { name: 'KapokError', code: 'INVALID_IDENTIFIER', message }, show(path));
  }
});

t.test('keeps the cause of a refusal', async (t) => {
  t.throws(() => decodePath('%FF'), { cause: { name: 'URIError' } });
});

t.test('refuses to encode half a character', async (t) => {
  t.throws(() => encodePath('88.106/\ud83d'), { name: 'KapokError', code: 'INVALID_IDENTIFIER' });
});
