import t from 'tap';
import { MissLimit } from '../../src/resolve/miss-limit.ts';

/** A limit whose turns of the event loop the test tells. */
function openLimit(max: number) {
  const world = { sampling: false, turn: (_milliseconds: number) => {} };
  const limit = new MissLimit({
    max,
    sample: (onTurn) => {
      world.sampling = true;
      world.turn = onTurn;
      return () => {
        world.sampling = false;
      };
    },
  });
  const enter = (times: number) => {
    for (let i = 0; i < times; i++) limit.enter();
  };
  const leave = (times: number) => {
    for (let i = 0; i < times; i++) limit.leave();
  };
  const turns = (times: number, milliseconds: number) => {
    for (let i = 0; i < times; i++) world.turn(milliseconds);
  };
  return { limit, world, enter, leave, turns };
}

t.test('turns are not measured while little is under way', async (t) => {
  const { world, enter } = openLimit(8_192);
  enter(64);
  t.equal(world.sampling, false);
  enter(1);
  t.equal(world.sampling, true);
});

t.test(
  'long turns take a fifth of what is under way, down to what always may be, and short ones bring the limit back',
  async (t) => {
    const { limit, world, enter, leave, turns } = openLimit(8_192);
    enter(1_000);
    turns(2, 50);
    t.equal(limit.most, 8_192, 'two are a pause');
    turns(1, 50);
    t.equal(limit.most, 1_600, 'of twice of what is under way, for one prefix holds half');
    turns(1, 50);
    t.equal(limit.most, 1_280);
    leave(1_000);
    turns(100, 50);
    t.equal(limit.most, 128);
    let short = 0;
    for (; world.sampling; short++) turns(1, 1);
    t.equal(limit.most, 8_192);
    t.ok(short < 100, `after ${short} short turns`);
  },
);

t.test('one short turn among long ones says that the process keeps up', async (t) => {
  const { limit, enter, turns } = openLimit(8_192);
  enter(1_000);
  for (let i = 0; i < 50; i++) {
    turns(2, 50);
    turns(1, 1);
  }
  t.equal(limit.most, 8_192);
});

t.test('it is measured as long as there is much under way, although the limit is back', async (t) => {
  const { world, enter, leave, turns } = openLimit(8_192);
  enter(100);
  turns(10, 1);
  t.equal(world.sampling, true);
  leave(50);
  turns(1, 1);
  t.equal(world.sampling, false);
});

t.test('a limit that is small from the beginning does not shrink', async (t) => {
  const { limit, enter, turns } = openLimit(100);
  enter(100);
  turns(50, 50);
  t.equal(limit.most, 100);
});
