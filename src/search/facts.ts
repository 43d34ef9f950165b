import { createHash } from 'node:crypto';
import { foldCase } from '../identifier/fold.ts';
import { whyInvalidIdentifier } from '../identifier/identifier.ts';
import { MAX_WIRE_BYTES } from '../identifier/limits.ts';
import type { Value } from '../record/value.ts';

/** Something exact that a record says, by which it can be looked up: a letter for the kind, and what. */
export const templateFact = (template: string) => `t:${short(template)}`;
export const ownerFact = (owner: string) => `o:${short(owner)}`;
export const typeFact = (type: string) => `y:${short(foldCase(type))}`;
export const valueFact = (text: string) => `v:${hashOf(text)}`;
/** A URL or an identifier that is pointed at; identifiers are compared without the case of ASCII letters. */
export const referenceFact = (target: string) => `r:${hashOf(canonicalTarget(target))}`;

/** Facts a record, so that one with 2,048 values does not fill the index by itself. */
const MAX_FACTS = 1_000;

export function factsOf(values: readonly Value[]): string[] {
  const facts = new Set<string>();
  for (const value of values) {
    facts.add(typeFact(value.type));
    if (typeof value.data.value === 'string') facts.add(valueFact(value.data.value));
    for (const target of targetsOf(value)) facts.add(referenceFact(target));
    if (facts.size > MAX_FACTS) break;
  }
  return [...facts];
}

/** What a value points at. */
export function* targetsOf({ data, references }: Value): Generator<string> {
  if (data.format === 'string' && isTarget(data.value)) yield data.value;
  if (data.format === 'admin') yield data.value.handle;
  if (data.format === 'vlist') for (const { handle } of data.value) yield handle;
  for (const { handle } of references ?? []) yield handle;
}

/** A URL as URL parsers write it, an identifier with its ASCII letters in upper case. */
export function canonicalTarget(target: string): string {
  return isWebUrl(target) ? new URL(target).href : foldCase(target);
}

function isTarget(text: string): boolean {
  return text.length <= MAX_WIRE_BYTES && (isWebUrl(text) || whyInvalidIdentifier(text) === null);
}

function isWebUrl(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}

/** An index holds no long text. */
function short(text: string): string {
  return text.length <= 128 ? text : `#${hashOf(text)}`;
}

/** 96 bits: of a thousand million different texts, two are the same with a chance below 1 in 10¹⁰. */
function hashOf(text: string): string {
  return createHash('sha256').update(text).digest().subarray(0, 12).toString('base64url');
}
