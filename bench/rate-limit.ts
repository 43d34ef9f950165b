/** What a node has without a setting, in requests a second from one address; the generator has one address. */
const DEFAULT = 50_000;
const RAISED = 1_000_000;

export interface RateLimit {
  readonly settings: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
}

/**
 * The limit stays on: what it costs belongs to the service. It must only not be what is measured, so on a machine whose bare
 * server comes near it, it is raised. A token costs the same at any rate.
 */
export function chooseRateLimit(bareRate: number): RateLimit {
  const rounded = (value: number) => Math.round(value).toLocaleString('en-US');
  const kept = `rate limit: on, at its default of ${rounded(DEFAULT)} requests/s an address`;
  if (bareRate < 0.6 * DEFAULT) return { settings: {}, notes: [kept] };
  const why = `the bare server reached ${rounded(bareRate)}/s in the warm-up, near the default of ${rounded(DEFAULT)}/s`;
  return {
    settings: { KAPOK_RATE_LIMIT: String(RAISED) },
    notes: [`rate limit: on, raised to ${rounded(RAISED)} requests/s an address, because ${why}`],
  };
}
