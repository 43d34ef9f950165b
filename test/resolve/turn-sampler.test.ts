import t from 'tap';
import { sampleTurns } from '../../src/resolve/turn-sampler.ts';

t.test('a turn is as long as the work that lies in it', async (t) => {
  const turns: number[] = [];
  const end = await new Promise<() => void>((resolve) => {
    const end = sampleTurns((milliseconds) => {
      turns.push(milliseconds);
      if (milliseconds >= 20) resolve(end);
    });
    // In every turn, so that the next one to be measured has it.
    const work = () => {
      if (turns.some((milliseconds) => milliseconds >= 20)) return;
      const until = performance.now() + 20;
      while (performance.now() < until);
      setImmediate(work);
    };
    work();
  });
  end();
  const seen = turns.length;
  await new Promise((resolve) => setTimeout(resolve, 30));
  t.equal(turns.length, seen, 'it has ended');
});
