import t from 'tap';
import { PARTITIONABLE } from '../../src/database/partition/partitionable.ts';
import { readDocument, readTable } from './markdown.ts';
import { type Inputs, type Mix, processorsFor, sizeOf } from './scale-arithmetic.ts';

const scale = readDocument('docs/scale.md');
const numberOf = (cell = '') => Number(cell.replaceAll(',', ''));
const inputs: Inputs = new Map(readTable(scale, 'input').map(([name = '', value]) => [name, numberOf(value)]));

t.test('each input says where it is from', async (t) => {
  for (const [name = '', value, from = ''] of readTable(scale, 'input')) {
    t.ok(numberOf(value) > 0, `${name} is a number`);
    t.match(from, /^(measured \d{4}-\d{2}-\d{2}|assumed|the goal)/, name);
  }
});

t.test('the sizes are what follows from the inputs', async (t) => {
  t.strictSame(
    readTable(scale, 'what follows').map(([name, value]) => [name, value]),
    [...sizeOf(inputs)],
  );
});

t.test('the processors are what follows from the inputs, for each mix', async (t) => {
  const rows = readTable(scale, 'memory');
  t.ok(rows.length > 2);
  for (const [memory, redis, postgres, ...results] of rows) {
    const mix: Mix = { memory: numberOf(memory), redis: numberOf(redis), postgres: numberOf(postgres) };
    t.equal((mix.memory + mix.redis + mix.postgres).toFixed(6), '1.000000', 'all requests are answered by something');
    t.strictSame(results, processorsFor(inputs, mix), `${memory} ${redis} ${postgres}`);
  }
});

t.test('every input counts', async (t) => {
  const mix = { memory: 0.5, redis: 0.25, postgres: 0.25 };
  const work = (from: Inputs) => JSON.stringify([[...sizeOf(from)], processorsFor(from, mix)]);
  for (const [name, value] of inputs) {
    // Far more, for what is counted in whole machines moves in steps.
    t.not(work(new Map([...inputs, [name, value * 100]])), work(inputs), name);
  }
});

t.test('it names every table that can be partitioned', async (t) => {
  for (const table of PARTITIONABLE) t.match(scale, `| \`${table}\` |`, table);
});
