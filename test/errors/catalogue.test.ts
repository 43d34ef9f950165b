import { readFileSync } from 'node:fs';
import t from 'tap';
import { type CatalogueEntry, catalogue } from '../../src/errors/catalogue.ts';
import { fileOf } from '../support/root.ts';

const entries: [string, CatalogueEntry][] = Object.entries(catalogue);

/** The failures among the response codes of RFC 3652 §2.2.2.2, and those that deployed nodes of the tree add. */
const HANDLE_FAILURES = new Set([
  ...[2, 3, 4, 5, 6, 7, 100, 101, 102, 200, 201, 202, 300, 301],
  ...[400, 401, 402, 403, 404, 405, 406, 500, 501, 502, 503, 504, 505, 601, 602],
]);
/** From here on a service numbers its own failures. */
const FIRST_OWN = 10_000;

t.test('each code is upper case and says what happened in a sentence without its period', async (t) => {
  for (const [code, { text }] of entries) {
    t.match(code, /^[A-Z]+(?:_[A-Z]+)*$/, code);
    t.match(text, /^[A-Z].{9,118}[^.\s]$/, code);
  }
});

t.test('each code has an HTTP status that is a failure', async (t) => {
  for (const [code, { http }] of entries) t.ok(Number.isInteger(http) && http >= 400 && http <= 599, code);
});

t.test('each code has a Handle response code that is a failure', async (t) => {
  for (const [code, { handle }] of entries) t.ok(HANDLE_FAILURES.has(handle) || handle >= FIRST_OWN, code);
});

t.test('our own Handle response codes stand for one code each', async (t) => {
  const own = entries.map(([, { handle }]) => handle).filter((handle) => handle >= FIRST_OWN);
  t.equal(new Set(own).size, own.length);
});

t.test('docs/errors.md lists every code of the catalogue and no other', async (t) => {
  const documented = readTable(fileOf('docs/errors.md'));
  const expected = entries.map(([code, { http, handle }]) => ({ code, http, handle }));
  t.strictSame(
    documented.map(({ code, http, handle }) => ({ code, http, handle })),
    expected,
  );
  for (const { code, meaning } of documented) t.match(meaning, /\w{3,}.*\.$/, code);
});

function readTable(url: string): { code: string; http: number; handle: number; meaning: string }[] {
  const rows = readFileSync(url, 'utf8').matchAll(/^\| `([A-Z_]+)` +\| (\d+) +\| (\d+) +\| (.*?) +\|$/gm);
  return [...rows].map(([, code = '', http, handle, meaning = '']) => {
    return { code, http: Number(http), handle: Number(handle), meaning };
  });
}
