import { type Static, Type } from 'typebox';
import { operation } from './operation.ts';

const text = (maxLength: number) => Type.Optional(Type.String({ maxLength }));

/** What `Authorization: Handle` says may stand in the body too; the header counts where both say it. */
export const SessionProof = Type.Object({
  version: text(8),
  sessionId: text(64),
  id: text(2300),
  cnonce: text(256),
  type: text(16),
  alg: text(64),
  signature: text(1400),
});
export type SessionProof = Static<typeof SessionProof>;

/** A session as Handle's REST interface tells of it; `nonce` is base64. */
export const SessionInfo = Type.Object({
  sessionId: Type.String(),
  nonce: Type.String(),
  authenticated: Type.Optional(Type.Literal(true)),
  /** The key that was proven: `300:88.101.1001/ADMIN`. */
  id: Type.Optional(Type.String()),
  error: Type.Optional(Type.String()),
});
export type SessionInfo = Static<typeof SessionInfo>;

const tag = 'Handle';
const own = '/api/sessions/this';
const body = Type.Union([SessionProof, Type.Null()]);
const noSession = { text: 'There is no such session' };
const told = {
  200: { text: 'The session', schema: SessionInfo },
  401: { text: 'The key was not proven', schema: SessionInfo },
  403: noSession,
};

export const openSession = operation({
  id: 'openSession',
  method: 'POST',
  path: '/api/sessions',
  permission: 'public',
  tag,
  summary: 'Open a session, whose nonce is to be signed',
  body,
  answers: { 201: { text: 'The session', schema: SessionInfo } },
  handleErrors: true,
});

export const getSession = operation({
  id: 'getSession',
  method: 'GET',
  path: own,
  permission: 'public',
  tag,
  summary: 'The session that Authorization names',
  answers: told,
  handleErrors: true,
});

export const authenticateSession = operation({
  id: 'authenticateSession',
  method: 'PUT',
  path: own,
  permission: 'public',
  tag,
  summary: 'Prove a key in a session',
  body,
  answers: told,
  handleErrors: true,
});

export const postSession = operation({
  id: 'postSession',
  method: 'POST',
  path: own,
  permission: 'public',
  tag,
  summary: 'Prove a key in a session, for clients that do not PUT',
  body,
  answers: told,
  handleErrors: true,
});

export const closeSession = operation({
  id: 'closeSession',
  method: 'DELETE',
  path: own,
  permission: 'public',
  tag,
  summary: 'End a session',
  answers: { 204: { text: 'Ended' }, 403: noSession },
  handleErrors: true,
});
