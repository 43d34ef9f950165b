/** How many of what was found have one value of a facet. */
export interface FacetRow {
  readonly facet: 'industry' | 'organisation' | 'template';
  readonly value: string;
  /** What people call it, where it is known here. */
  readonly label: string | null;
  readonly count: number;
}

/** Values shown of each facet, the most frequent first. */
const SHOWN = 20;

/** SQL that gives FacetRows as JSON of a relation with prefix and template. An industry is the first two labels of a prefix. */
export function facetSql(relation: string): string {
  const industry = `split_part(prefix, '.', 1) || coalesce('.' || nullif(split_part(prefix, '.', 2), ''), '')`;
  const count = (
    facet: string,
    value: string,
  ) => `(select '${facet}' as facet, ${value} as value, count(*)::int as count
      from ${relation} where ${value} is not null group by 2 order by 3 desc, 2 limit ${SHOWN})`;
  return `(select coalesce(json_agg(json_build_object('facet', f.facet, 'value', f.value, 'count', f.count,
      'label', nullif(p.label, ''))), '[]')
    from (${[count('industry', industry), count('organisation', 'prefix'), count('template', 'template')].join(' union all ')}) f
    left join prefixes p on f.facet <> 'template' and p.prefix = f.value)`;
}
