import t from 'tap';
import { operations } from '../../proto/http/operations.ts';
import { catalogue } from '../../src/errors/catalogue.ts';
import { readDocument } from './markdown.ts';

const protocol = readDocument('docs/protocol.md');

t.test('every operation of the program is described', async (t) => {
  for (const { path } of operations) {
    const spelled = path.replace('{+handle}', '{identifier}').replace('{+', '{');
    t.ok(protocol.includes(spelled), spelled);
  }
});

t.test('every code and response code that is named exists', async (t) => {
  const named = new Set(Array.from(protocol.matchAll(/`([A-Z]+_[A-Z_]+)`/g), ([, code]) => code as string));
  const foreign = [
    'TEMPLATE_ID',
    'HS_ADMIN',
    'HS_SITE',
    'HS_VLIST',
    'HS_PUBKEY',
    'HS_SECKEY',
    'KAPOK_RATE_LIMIT',
    'KAPOK_IMPORT_DIR',
    'KAPOK_QUARANTINE_DAYS',
    'KAPOK_TRANSFER_DAYS',
  ];
  const unknown = [...named].filter((code) => !(code in catalogue) && !foreign.includes(code));
  t.strictSame(unknown, []);
});

t.test('the statuses of a resolution are those of the catalogue', async (t) => {
  const pairs = new Set(Object.values(catalogue).map(({ http, handle }) => `${http} ${handle}`));
  const rows = Array.from(protocol.matchAll(/^\| ([45]\d\d) \| ([\d, ]+) \|/gm));
  t.ok(rows.length >= 10);
  for (const [, status, codes = ''] of rows) {
    for (const code of codes.split(', ')) t.ok(pairs.has(`${status} ${code.trim()}`), `${status} ${code}`);
  }
});
