import { lineage } from '../identifier/prefix.ts';
import { administratorValues, publicValues } from '../record/select.ts';
import { templateOf } from '../record/template/template.ts';
import type { Value } from '../record/value.ts';
import type { CatalogueEntry } from './catalogue-entry.ts';
import { bucketOf, digestOf } from './digest.ts';
import { factsOf, ownerFact, templateFact } from './facts.ts';
import { nameOf } from './name-of.ts';
import { PREFIX_MARK, TEMPLATE_MARK, Terms } from './terms.ts';

/** `PREFIX/name`, in characters. */
const MAX_TEMPLATE = 129;

/** A row of the catalogue but for its seq, in the order of COLUMNS. */
export interface CatalogueRow {
  readonly entry: CatalogueEntry;
  readonly digest: string;
  readonly columns: readonly (string | number | null | readonly string[])[];
  /** Public terms whose frequency is kept. */
  readonly words: readonly string[];
}

export const COLUMNS = [
  ['prefix', 'text'],
  ['suffix_key', 'text'],
  ['identifier', 'text'],
  ['version', 'bigint'],
  ['source', 'text'],
  ['status', 'text'],
  ['successor', 'text'],
  ['template', 'text'],
  ['owner', 'text'],
  ['name', 'text'],
  ['record', 'json'],
  ['updated_at', 'timestamptz'],
  ['bucket', 'smallint'],
  ['digest', 'bigint'],
  ['public_terms', 'tsvector'],
  ['private_terms', 'tsvector'],
  ['public_facts', 'text[]'],
  ['private_facts', 'text[]'],
] as const;

export function catalogueRowOf(entry: CatalogueEntry): CatalogueRow {
  const { prefix, suffixKey, identifier, version, source, successor, owner, updatedAt } = entry;
  const shown = publicValues(entry.values ?? []);
  const status = entry.values === null ? 'tombstone' : 'active';
  const record = JSON.stringify(shown);
  const digest = digestOf({ prefix, suffixKey, version, status, successor, record });
  const template = templateIn(shown);
  const readable = source === '' ? administratorValues(entry.values ?? []) : shown;
  const terms = termsOf(entry, shown);
  const publicFacts = withTemplate(factsOf(shown), shown);
  const privateFacts = withTemplate(factsOf(readable), readable).filter((fact) => !publicFacts.includes(fact));
  const identity = [prefix, suffixKey, identifier, version, source, status, successor];
  const said = [template, owner, nameOf(shown), record, updatedAt, bucketOf(entry), digest];
  const found = [terms.toString(), readable.length > shown.length ? termsOf(entry, readable).toString() : null];
  const facts = [publicFacts, owner === null ? privateFacts : [...privateFacts, ownerFact(owner)]];
  return { entry, digest, columns: [...identity, ...said, ...found, ...facts], words: terms.counted() };
}

/** A tombstone has none: it is not found by what it said. */
function termsOf({ prefix, identifier, values }: CatalogueEntry, visible: readonly Value[]): Terms {
  const terms = new Terms();
  if (values === null) return terms;
  const name = nameOf(visible);
  terms.addText(name, 'name');
  terms.addText(identifier, 'value');
  for (const { data } of visible) {
    if (data.format === 'string' && data.value !== name)
      terms.addText(data.value.replace(/^https?:\/\//i, ''), 'value');
  }
  for (const at of lineage(prefix)) terms.addMark(PREFIX_MARK + at);
  const template = templateIn(visible);
  if (template !== null) terms.addMark(TEMPLATE_MARK + template);
  return terms;
}

/** The template that the record names; what is too long to be the name of one is none. */
function templateIn(values: readonly Value[]): string | null {
  const id = templateOf(values)?.id ?? null;
  return id === null || id.length > MAX_TEMPLATE ? null : id;
}

function withTemplate(facts: readonly string[], values: readonly Value[]): string[] {
  const template = templateIn(values);
  return template === null ? [...facts] : [templateFact(template), ...facts];
}
