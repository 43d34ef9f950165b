import type { Awaitable } from '../../resolve/resolver.ts';
import type { Span } from '../../telemetry/traces/span.ts';
import type { Traces } from '../../telemetry/traces/traces.ts';
import { beginRequest, endRequest } from '../follow-requests.ts';
import type { Lane } from './express-lane.ts';
import type { PlainAnswer } from './plain-answer.ts';
import { ROUTE } from './plain-target.ts';

/** Begins the span of a request that says nothing of a trace, when chance chooses it. */
export type Follow = () => Span | undefined;

/** The lane, of whose requests some are followed by chance. Without traces it is the lane itself. */
export function createFollowedLane(lane: Lane, traces: Traces | null): Lane {
  if (traces === null) return lane;
  const follow = () => {
    const origin = traces.choose([]);
    return origin === null ? undefined : beginRequest(traces, origin, { method: 'GET', route: ROUTE });
  };
  return (target, peer) => lane(target, peer, follow);
}

/** Ends the span of a request, if it has one, with its answer, which it passes on. */
export function endWithAnswer(span: Span | undefined, answer: Awaitable<PlainAnswer>): Awaitable<PlainAnswer> {
  if (span === undefined) return answer;
  return answer instanceof Promise ? answer.then((late) => ended(span, late)) : ended(span, answer);
}

function ended(span: Span, answer: PlainAnswer): PlainAnswer {
  endRequest(span, answer.status);
  return answer;
}
