import { type Static, Type } from 'typebox';
import { operation } from './operation.ts';
import { parameter } from './parameters.ts';

/**
 * What has changed since the line before, for whoever keeps answers of this node. Records are told by digest, so that a line
 * helps those alone who know the identifier: the first 12 bytes of the SHA-256 of the identifier, its
 * ASCII letters in upper case, in base64url.
 */
export const ChangeLine = Type.Object({
  /** Which node counts. */
  feed: Type.String(),
  /** The number of the last change that this line, with those before, tells of. */
  seq: Type.Integer(),
  records: Type.Optional(Type.Array(Type.String())),
  prefixes: Type.Optional(Type.Array(Type.String())),
  /** Changes were left out: nothing that is kept of this node may be used any more. */
  reset: Type.Optional(Type.Boolean()),
  /** There is more to tell, or the node does not know: this line does not mean that nothing else has changed. */
  behind: Type.Optional(Type.Boolean()),
});
export type ChangeLine = Static<typeof ChangeLine>;

/** One line of the stream: `said` is a ChangeLine as JSON; see docs/protocol.md for what the proof covers. */
export const SaidLine = Type.Object({ said: Type.String(), proof: Type.String() });
export type SaidLine = Static<typeof SaidLine>;

/** Milliseconds between two lines of a node that has nothing to tell. */
export const HEARTBEAT = 300;

export const followChanges = operation({
  id: 'followChanges',
  method: 'GET',
  path: '/api/changes',
  permission: 'public',
  tag: 'Resolution',
  summary: 'What changes in the answers of this node, as it changes: for nodes that keep its answers',
  query: {
    feed: parameter.word('The node that `after` was counted by'),
    after: parameter.word('The number up to which the caller knows all; absent: from now on'),
    nonce: parameter.word('16 to 64 characters of the caller’s own, which each proof covers'),
  },
  answers: { 200: { text: 'Lines of JSON, without end; one at least every 0.3 s', type: 'application/x-ndjson' } },
});
