import t from 'tap';
import type { Permissions } from '../../src/record/permissions.ts';
import { administratorValues, EVERYTHING, publicValues, selectsAll, selectValues } from '../../src/record/select.ts';
import type { Value } from '../../src/record/value.ts';

function value(index: number, type: string, permissions?: Permissions): Value {
  const data = { format: 'string', value: '' } as const;
  const timestamp = '2026-01-02T03:04:05Z';
  return { index, type, data, ...(permissions === undefined ? {} : { permissions }), ttl: 86_400, timestamp };
}

const RECORD = [
  value(1, 'URL'),
  value(2, 'EMAIL'),
  value(3, 'url'),
  value(4, 'URL.mirror'),
  value(5, 'URLS'),
  value(6, 'HS_SITE'),
  value(7, 'HS_SITE.PREFIX'),
];

function indexesOf(types: readonly string[], indexes: readonly number[]): number[] {
  return selectValues(RECORD, { types, indexes }).map((item) => item.index);
}

t.test('selects everything when neither types nor indexes are asked for', async (t) => {
  t.ok(selectsAll(EVERYTHING));
  t.equal(selectValues(RECORD, EVERYTHING), RECORD);
});

t.test('selects by type, by index, and the union of both in the order of the record', async (t) => {
  t.strictSame(indexesOf(['EMAIL'], []), [2]);
  t.strictSame(indexesOf([], [6, 1]), [1, 6]);
  t.strictSame(indexesOf(['EMAIL'], [1, 2]), [1, 2]);
  t.strictSame(indexesOf(['EMAIL', 'URLS'], [7]), [2, 5, 7]);
});

t.test('selects nothing when nothing fits', async (t) => {
  t.strictSame(indexesOf(['DESC'], []), []);
  t.strictSame(indexesOf([], [77]), []);
});

t.test('ignores the case of ASCII letters in types and of no other', async (t) => {
  t.strictSame(indexesOf(['uRl'], []), [1, 3]);
  const german = [value(1, 'STRASSE'), value(2, 'straße')];
  t.strictSame(
    selectValues(german, { types: ['STRAßE'], indexes: [] }).map((item) => item.index),
    [2],
  );
});

t.test('a type that ends in a dot stands for itself and all below it', async (t) => {
  t.strictSame(indexesOf(['URL.'], []), [1, 3, 4]);
  t.strictSame(indexesOf(['hs_site.'], []), [6, 7]);
  t.strictSame(indexesOf(['HS_SITE.PREFIX.'], []), [7]);
  // As a Handle server was seen to do: the part before the dot is a whole type, not the beginning of one.
  t.strictSame(indexesOf(['HS_.'], []), []);
  t.strictSame(indexesOf(['.'], []), []);
});

t.test('the public sees the values whose third bit is set', async (t) => {
  const all = (['0000', '0010', '1100', '1111', '1101', undefined] as const).map((bits, i) => value(i + 1, 'T', bits));
  t.strictSame(
    publicValues(all).map((item) => item.index),
    [2, 4, 6],
  );
});

t.test('a record without private values is passed on as it is', async (t) => {
  t.equal(publicValues(RECORD), RECORD);
});

t.test('an administrator sees what is public or readable by administrators', async (t) => {
  const all = (['0000', '0010', '1000', '0100', '1110', undefined] as const).map((bits, i) => value(i + 1, 'T', bits));
  t.strictSame(
    administratorValues(all).map((item) => item.index),
    [2, 3, 5, 6],
  );
});

t.test('a secret key is shown to nobody, whatever its permissions', async (t) => {
  const values = [value(1, 'HS_SECKEY', '1100'), value(2, 'hs_seckey', '1000'), value(3, 'EMAIL', '1100')];
  t.strictSame(
    administratorValues(values).map((item) => item.index),
    [3],
  );
});
