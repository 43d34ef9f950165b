import t from 'tap';
import { decades, decadesAround, linearScale, logScale, roundSteps } from '../../../bench/html/scale.ts';

t.test('a scale puts values in their places, and what lies outside at the edge', async (t) => {
  const x = linearScale({ domain: [10, 20], range: [0, 100] });
  t.strictSame([10, 15, 20, 5, 99].map(x), [0, 50, 100, 0, 100]);
  const y = logScale({ domain: [1, 100], range: [200, 0] });
  t.strictSame([1, 10, 100, 0.01, 0, -3, 1000].map(y), [200, 100, 0, 200, 200, 200, 0]);
  t.equal(linearScale({ domain: [3, 3], range: [7, 9] })(3), 7, 'a domain of one value');
});

t.test('powers of ten lie around all values', async (t) => {
  t.strictSame(decadesAround([0.3, 40, 0, Number.NaN], [1, 10]), [0.1, 100]);
  t.strictSame(decadesAround([10], [1, 10]), [10, 100]);
  t.strictSame(decadesAround([], [1, 10]), [1, 10]);
  t.strictSame(decades([0.1, 100]), [0.1, 1, 10, 100]);
});

t.test('steps are round and end with the most', async (t) => {
  t.strictSame(roundSteps(300), [0, 100, 200, 300]);
  t.strictSame(roundSteps(6), [0, 2, 4, 6]);
  t.strictSame(roundSteps(0), [0]);
  t.strictSame(roundSteps(1), [0, 0.5, 1]);
});
