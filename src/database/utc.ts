/** SQL that gives a timestamptz column as RFC 3339 in UTC, to the microsecond, under a name. */
export function utc(column: string, name: string): string {
  return `to_json(${column} at time zone 'UTC') #>> '{}' || 'Z' as "${name}"`;
}
