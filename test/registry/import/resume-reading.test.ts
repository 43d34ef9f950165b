import t from 'tap';
import { readCsv } from '../../../src/registry/import/read-csv.ts';
import { readNdjson } from '../../../src/registry/import/read-ndjson.ts';
import { batches } from './read-rows.ts';

const NDJSON =
  '\uFEFF{"identifier":"88.1/𠮷"}\r\n\n{"identifier":\n \n{"identifier":"88.1/工业","values":[]}\n{"identifier":"88.1/z"}';
const CSV =
  '\uFEFFidentifier,"2:A\nB",DESC\r\n88.1/𠮷,"工业\n\n""互""联网",x\r\n\r\n88.1/b,"x"y,z\r\n"88.1/中",,"1\r\n2"\r\n88.1/e,"open\n';

for (const [name, reader, file] of [
  ['NDJSON', readNdjson, NDJSON],
  ['CSV', readCsv, CSV],
] as const) {
  t.test(`${name} is read on from the end of any batch, however the file is cut`, async (t) => {
    const whole = (await batches(reader, file, { size: 65_536 })).flatMap(({ rows }) => rows);
    t.ok(whole.length >= 4);
    for (let size = 1; size <= 40; size++) {
      const read = await batches(reader, file, { size });
      let before = 0;
      for (const { rows, end } of read) {
        before += rows.length;
        if (end.offset === 0) continue;
        const rest = (await batches(reader, file, { size: 7, from: end })).flatMap((batch) => batch.rows);
        t.strictSame(rest, whole.slice(before), `${size} bytes a piece, from byte ${end.offset}, line ${end.line + 1}`);
      }
      t.equal(before, whole.length);
    }
  });
}
