import { verify } from 'node:crypto';
import type { Challenge, Delegation, DelegationStatement } from '../../../proto/http/enrolments.ts';
import { importNodeKey, type NodeKey, type NodeSubject } from '../../access/node-key.ts';
import { canonicalJson } from '../audit/canonical-json.ts';

// Each begins with a line of its own: what is signed as one of them can never be taken for another, nor for an HTTP message,
// whose first line begins with a quotation mark.

/** "The node of this key stands here, and asks this parent for this prefix." */
export function challengeText({ nonce, parent, prefix }: Challenge): string {
  return ['kapok-challenge-v1', nonce, parent, prefix].join('\n');
}

/** "Let me answer for this prefix at this URL." */
export function enrolmentText(asked: { parent: NodeSubject; prefix: string; url: string; key: string }): string {
  return ['kapok-enrolment-v1', asked.parent, asked.prefix, asked.url, asked.key].join('\n');
}

/** "This node answers for this prefix." The statement as RFC 8785 spells it. */
export function delegationText(statement: DelegationStatement): string {
  return `kapok-delegation-v1\n${canonicalJson(statement)}`;
}

export function signText(key: NodeKey, text: string): string {
  return key.sign(Buffer.from(text)).toString('base64url');
}

/** Whether the node of a key (32 raw bytes, base64url) has signed a text. */
export function isSignedBy(key: string, text: string, signature: string): boolean {
  return verify(null, Buffer.from(text), importNodeKey(key), Buffer.from(signature, 'base64url'));
}

export function signDelegation(key: NodeKey, statement: DelegationStatement): Delegation {
  return { statement, signature: signText(key, delegationText(statement)) };
}
