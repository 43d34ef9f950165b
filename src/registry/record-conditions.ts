import { foldCase } from '../identifier/fold.ts';
import { TEMPLATE_ID } from '../record/template/template.ts';
import { ownerFact, templateFact, typeFact, valueFact } from '../search/facts.ts';

/** What a record must say; what is null does not narrow. */
export interface RecordConditions {
  /** `PREFIX/name`: it follows this template, whichever version. */
  readonly template: string | null;
  /** Who wrote it last. */
  readonly owner: string | null;
  /** One value has this type, this text, this index: all that are given. An index alone is not looked up. */
  readonly type: string | null;
  readonly value: string | null;
  readonly index: number | null;
}

export const ANY_RECORD: RecordConditions = { template: null, owner: null, type: null, value: null, index: null };

type Add = (value: unknown) => string;

/** The facts by which the catalogue finds such records; none: the catalogue is not asked. */
export function factsAsked({ template, owner, type, value }: RecordConditions): string[] {
  return [
    template === null ? [] : templateFact(template),
    owner === null ? [] : ownerFact(owner),
    type === null ? [] : typeFact(type),
    value === null ? [] : valueFact(value),
  ].flat();
}

/**
 * SQL that holds of the record itself, `identifiers i`: the catalogue is a second behind, and knows types and texts apart.
 * A value that nobody may read answers no question, and a private one none of a key where the record names administrators.
 */
export function recordConditions(
  { template, owner, type, value, index }: RecordConditions,
  { add, askedByKey, oversees }: { add: Add; askedByKey: boolean; oversees: boolean },
): string[] {
  const conditions: string[] = [];
  const known = askedByKey ? READABLE_BY_KEY : READABLE;
  const readable = oversees ? known : `(${PUBLIC} or ${known} and i.transfer is null)`;
  if (owner !== null) conditions.push(`i.actor = ${add(owner)}`);
  if (template !== null) {
    const at = `(v->>'index')::int = ${TEMPLATE_ID.index}`;
    conditions.push(hasValue([at, `v->'data'->>'value' = ${add(template)}`, readable]));
  }
  const one = [
    type === null ? [] : `upper((v->>'type') collate "C") = ${add(foldCase(type))}`,
    value === null ? [] : `v->'data'->>'format' in ('string', 'base64', 'hex') and v->'data'->>'value' = ${add(value)}`,
    index === null ? [] : `(v->>'index')::int = ${add(index)}`,
  ].flat();
  if (one.length > 0) conditions.push(hasValue([...one, readable]));
  return conditions;
}

function hasValue(conditions: readonly string[]): string {
  return `exists (select from json_array_elements(i.record) v where ${conditions.join(' and ')})`;
}

const PERMISSIONS = `coalesce(v->>'permissions', '1110')`;
const PUBLIC = `${PERMISSIONS} ~ '^..1'`;
const READABLE = `${PERMISSIONS} ~ '^(1|..1)'`;
// As `listedValues` shows it.
const READABLE_BY_KEY = `(${PUBLIC} or ${READABLE} and not exists (
    select from json_array_elements(i.record) a where upper((a->>'type') collate "C") = 'HS_ADMIN'))`;
