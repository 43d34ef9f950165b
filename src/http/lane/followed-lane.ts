import type { Span } from '../../telemetry/traces/span.ts';
import type { Traces } from '../../telemetry/traces/traces.ts';
import type { Peer } from '../peer.ts';
import type { Lane } from './express-lane.ts';
import type { PlainAnswer } from './plain-answer.ts';
import { ROUTE } from './plain-target.ts';

/** The lane, of whose requests some are followed by chance. Without traces it is the lane itself. */
export function createFollowedLane(lane: Lane, traces: Traces | null): Lane {
  if (traces === null) return lane;
  return (target: string, peer: Peer) => {
    const origin = traces.choose([]);
    if (origin === null) return lane(target, peer);
    const span = traces.begin(origin, `GET ${ROUTE}`, { 'http.request.method': 'GET', 'http.route': ROUTE });
    const answer = lane(target, peer, span);
    if (answer instanceof Promise) return answer.then((late) => ended(span, late));
    return answer === null ? null : ended(span, answer);
  };
}

function ended(span: Span, answer: PlainAnswer): PlainAnswer {
  const { status } = answer;
  span.end({ 'http.response.status_code': status }, status >= 500 ? String(status) : undefined);
  return answer;
}
