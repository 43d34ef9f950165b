import t from 'tap';
import { pciRegistry, prefixesOf, rowsOf } from '../../../src/demo/data/pci/registry.ts';
import { MAX_RECORD_BYTES, MAX_VALUES } from '../../../src/record/value.ts';

const { rows, hostedPrefixes } = pciRegistry('88.106');

t.test('holds more than 14,000 devices, each with its typed values', async (t) => {
  const all = [...rows()];
  t.ok(all.length > 14_000, `${all.length} devices`);
  t.equal(new Set(all.map(({ identifier }) => identifier)).size, all.length);
  const prefixes = new Set(hostedPrefixes().map(({ prefix }) => prefix));
  for (const { identifier, values } of all) {
    const types = values.slice(0, 5).map(({ type }) => type);
    const fine =
      /^88\.106\.[0-9]{1,5}\/[0-9a-f]{4}$/.test(identifier) &&
      prefixes.has(identifier.slice(0, identifier.indexOf('/'))) &&
      types.join() === 'NAME,VENDOR,VENDOR_ID,DEVICE_ID,URL' &&
      values.every(({ data }) => data !== '') &&
      values.slice(5).every(({ index, type }, at) => type === 'SUBSYSTEM' && index === 2000 + at);
    if (!fine) t.fail(identifier, { values });
    if (JSON.stringify(values).length > MAX_RECORD_BYTES) t.fail(`${identifier} is too large`);
  }
});

t.test('knows 88.106.32902/1533', async (t) => {
  const row = [...rows()].find(({ identifier }) => identifier === '88.106.32902/1533');
  t.same(row?.values.slice(0, 5), [
    { index: 1, type: 'NAME', data: 'I210 Gigabit Network Connection' },
    { index: 2, type: 'VENDOR', data: 'Intel Corporation' },
    { index: 3, type: 'VENDOR_ID', data: '8086' },
    { index: 4, type: 'DEVICE_ID', data: '1533' },
    { index: 5, type: 'URL', data: 'https://admin.pci-ids.ucw.cz/read/PC/8086/1533' },
  ]);
  t.match(row?.values[5], { index: 2000, type: 'SUBSYSTEM', data: /^[0-9a-f]{4} [0-9a-f]{4} .+/ });
});

t.test('lists each vendor once as a hosted prefix, also one without devices', async (t) => {
  const prefixes = hostedPrefixes();
  t.ok(prefixes.length > 2_000, `${prefixes.length} vendors`);
  t.equal(new Set(prefixes.map(({ prefix }) => prefix)).size, prefixes.length);
  t.match(
    prefixes.find(({ prefix }) => prefix === '88.106.32902'),
    { label: 'Intel Corporation' },
  );
  const vendor = { id: '0010', name: 'A', devices: [] };
  t.same(prefixesOf('88.106', [vendor, { ...vendor, name: 'B' }]), [{ prefix: '88.106.16', label: 'A' }]);
});

t.test('bounds the values of one record', async (t) => {
  const subsystems = Array.from({ length: 3_000 }, () => ({ vendorId: '0010', deviceId: '0001', name: 'board' }));
  const devices = [{ id: '0001', name: 'card', subsystems }];
  const [row] = [...rowsOf('88.106', [{ id: '0010', name: 'A', devices }])];
  t.equal(row?.values.length, MAX_VALUES);
  t.same(row?.values[5], { index: 2000, type: 'SUBSYSTEM', data: '0010 0001 board' });
});
