import { KapokError } from '../errors/kapok-error.ts';

/** Who asks for a change of state: whom it is about, who decides on it, or the passing of time. */
export type Party = 'organisation' | 'authority' | 'system';

/** One arrow of a state diagram. */
export interface Transition<State extends string, Action extends string> {
  readonly from: State;
  readonly action: Action;
  readonly by: Party;
  readonly to: State;
  /** The action must say why. */
  readonly reason?: 'required';
}

/** A state machine: what it does not list is not possible. */
export type TransitionTable<State extends string, Action extends string> = readonly Transition<State, Action>[];

export interface Step<State extends string, Action extends string> {
  readonly state: State;
  readonly action: Action;
  readonly by: Party;
}

/** The transition that the table has for it; null when it has none. */
export function findTransition<State extends string, Action extends string>(
  table: TransitionTable<State, Action>,
  { state, action, by }: Step<State, Action>,
): Transition<State, Action> | null {
  return table.find((one) => one.from === state && one.action === action && one.by === by) ?? null;
}

/** What a party could do now, in the order of the table. */
export function possibleActions<State extends string, Action extends string>(
  table: TransitionTable<State, Action>,
  state: State,
  by: Party,
): Action[] {
  return table.filter((one) => one.from === state && one.by === by).map(({ action }) => action);
}

/**
 * The transition that the table has for it. Throws TRANSITION_REFUSED with the state and what is possible, and BAD_REQUEST
 * when the action must say why and does not.
 */
export function getTransition<State extends string, Action extends string>(
  table: TransitionTable<State, Action>,
  step: Step<State, Action>,
  { reason, subject }: { reason?: string | null | undefined; subject?: string | undefined } = {},
): Transition<State, Action> {
  const { state, action, by } = step;
  const transition = findTransition(table, step);
  if (transition === null) {
    const possible = possibleActions(table, state, by);
    const now = possible.length === 0 ? 'nothing' : possible.join(', ');
    const message = `${action} is not possible in the state ${state}; possible: ${now}`;
    throw new KapokError('TRANSITION_REFUSED', { message, subject, transition: { state, possible } });
  }
  if (transition.reason === 'required' && (reason ?? '').trim() === '')
    throw new KapokError('BAD_REQUEST', { message: `${action} must say why`, at: 'reason', subject });
  return transition;
}

/** The state diagram of a table, as Mermaid draws it: one arrow for all actions that lead from one state to another. */
export function drawTable<State extends string, Action extends string>(
  table: TransitionTable<State, Action>,
  first: State,
): string {
  const arrows = new Map<string, string[]>();
  for (const { from, to, action, by } of table) {
    const arrow = `${from} --> ${to}`;
    arrows.set(arrow, [...(arrows.get(arrow) ?? []), `${action} (${by})`]);
  }
  const leads = new Set(table.map(({ from }) => from));
  const ends = [...new Set(table.map(({ to }) => to))].filter((state) => !leads.has(state));
  return [
    'stateDiagram-v2',
    `  [*] --> ${first}`,
    ...[...arrows].map(([arrow, actions]) => `  ${arrow} : ${actions.join(', ')}`),
    ...ends.map((state) => `  ${state} --> [*]`),
  ].join('\n');
}
