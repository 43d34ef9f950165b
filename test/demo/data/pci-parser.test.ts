import t from 'tap';
import type { PciProblem } from '../../../src/demo/data/pci/model.ts';
import { parsePciIds } from '../../../src/demo/data/pci/parser.ts';

function parse(text: string) {
  const problems: PciProblem[] = [];
  return { vendors: [...parsePciIds(text.split('\n'), (problem) => problems.push(problem))], problems };
}

t.test('reads vendors, devices and subsystems', async (t) => {
  const { vendors, problems } = parse(
    '# head\n\n0010  A vendor\n# note\n\t8139  A card\n\t\t0010 00AB  A board\n001C  Other',
  );
  t.same(problems, []);
  t.same(vendors, [
    {
      id: '0010',
      name: 'A vendor',
      devices: [{ id: '8139', name: 'A card', subsystems: [{ vendorId: '0010', deviceId: '00ab', name: 'A board' }] }],
    },
    { id: '001c', name: 'Other', devices: [] },
  ]);
});

t.test('reads files with CR LF, comments anywhere and white space at line ends', async (t) => {
  const { vendors, problems } = parse('0010  A vendor  \r\n\t# note\r\n\t8139  A card\t\r\n\r\n');
  t.same(problems, []);
  t.same(vendors, [{ id: '0010', name: 'A vendor', devices: [{ id: '8139', name: 'A card', subsystems: [] }] }]);
});

t.test('skips the list of classes without a complaint', async (t) => {
  const { vendors, problems } = parse(
    'c0de  A vendor\nC 00  Unclassified\n\t01  VGA\n\t\t00  sub\nC 0c  Serial\n\t0003  x',
  );
  t.same(problems, []);
  t.same(vendors, [{ id: 'c0de', name: 'A vendor', devices: [] }]);
});

t.test('reports a malformed line and leaves out what is indented below it', async (t) => {
  const { vendors, problems } = parse(
    ['0010  A', '\t00  bad', '\t\t0010 0001  orphan', '\t0002  ok', '\t\tbad', 'nonsense', '\t0003  orphan'].join('\n'),
  );
  t.same(vendors, [{ id: '0010', name: 'A', devices: [{ id: '0002', name: 'ok', subsystems: [] }] }]);
  t.same(
    problems.map(({ line, reason }) => `${line} ${reason}`),
    [
      '2 is no device',
      '3 is a subsystem of no device',
      '5 is no subsystem',
      '6 is neither vendor nor class',
      '7 is a device of no vendor',
    ],
  );
});

t.test('keeps the first of devices listed twice, also when their vendor is listed twice', async (t) => {
  const { vendors, problems } = parse('0010  A\n\t0001  first\n\t0001  again\n0010  A\n\t0001  again\n\t0002  new');
  t.same(
    vendors.map(({ id, devices }) => [id, devices.map(({ name }) => name)]),
    [
      ['0010', ['first']],
      ['0010', ['new']],
    ],
  );
  t.same(
    problems.map(({ line }) => line),
    [3, 5],
  );
});

t.test('takes no name with control characters or over 512 characters', async (t) => {
  const { vendors, problems } = parse(`0010  A\n\t0001  a\0b\n\t0002  a\tb\n\t0003  ${'x'.repeat(513)}\n\t0004  ok`);
  t.same(
    vendors.flatMap(({ devices }) => devices.map(({ id }) => id)),
    ['0004'],
  );
  t.equal(problems.length, 3);
});

t.test('yields a vendor before the line after the next vendor is asked for', async (t) => {
  let asked = 0;
  const lines = function* () {
    for (const line of ['0010  A', '\t0001  a', '0011  B', '\t0001  b']) {
      asked++;
      yield line;
    }
  };
  t.equal(parsePciIds(lines()).next().value?.id, '0010');
  t.equal(asked, 3);
});
