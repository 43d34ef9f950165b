import t from 'tap';
import { KapokError } from '../../src/errors/kapok-error.ts';
import {
  drawTable,
  findTransition,
  getTransition,
  possibleActions,
  type TransitionTable,
} from '../../src/governance/machine.ts';
import { problemOf } from '../../src/http/problem.ts';

type State = 'open' | 'shut' | 'locked';
type Action = 'close' | 'open' | 'lock' | 'seal' | 'slam';
const DOOR: TransitionTable<State, Action> = [
  { from: 'open', action: 'close', by: 'organisation', to: 'shut' },
  { from: 'open', action: 'slam', by: 'system', to: 'shut' },
  { from: 'shut', action: 'open', by: 'organisation', to: 'open' },
  { from: 'shut', action: 'lock', by: 'authority', to: 'locked', reason: 'required' },
];

t.test('a table has the transitions that it lists, for whom it lists them', async (t) => {
  t.equal(findTransition(DOOR, { state: 'open', action: 'close', by: 'organisation' })?.to, 'shut');
  t.equal(findTransition(DOOR, { state: 'open', action: 'close', by: 'authority' }), null);
  t.equal(findTransition(DOOR, { state: 'open', action: 'lock', by: 'authority' }), null);
  t.strictSame(possibleActions(DOOR, 'shut', 'organisation'), ['open']);
  t.strictSame(possibleActions(DOOR, 'locked', 'authority'), []);
});

t.test('what it does not list is refused with the state and what this party could do', async (t) => {
  const refused = thrownBy(() => getTransition(DOOR, { state: 'shut', action: 'close', by: 'organisation' }));
  t.match(problemOf(refused), {
    status: 409,
    code: 'TRANSITION_REFUSED',
    detail: 'close is not possible in the state shut; possible: open',
    state: 'shut',
    possible: ['open'],
  });
  const stuck = thrownBy(() => getTransition(DOOR, { state: 'locked', action: 'open', by: 'system' }));
  t.match(problemOf(stuck.about('88.101.1')), {
    detail: 'open is not possible in the state locked; possible: nothing',
    subject: '88.101.1',
    state: 'locked',
    possible: [],
  });
});

t.test('an action that must say why is asked to', async (t) => {
  const step = { state: 'shut', action: 'lock', by: 'authority' } as const;
  for (const reason of [undefined, null, '', ' \n'])
    t.match(
      thrownBy(() => getTransition(DOOR, step, { reason })),
      { code: 'BAD_REQUEST', at: 'reason' },
    );
  t.equal(getTransition(DOOR, step, { reason: 'The key was lost' }).to, 'locked');
});

t.test('a table is drawn with one arrow a pair of states', async (t) => {
  t.equal(
    drawTable(DOOR, 'open'),
    `stateDiagram-v2
  [*] --> open
  open --> shut : close (organisation), slam (system)
  shut --> open : open (organisation)
  shut --> locked : lock (authority)
  locked --> [*]`,
  );
});

function thrownBy(work: () => unknown): KapokError {
  try {
    work();
  } catch (error) {
    if (error instanceof KapokError) return error;
    throw error;
  }
  throw new Error('Nothing was thrown');
}
