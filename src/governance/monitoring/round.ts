/** What is asked of a node. */
export const PROBE_KINDS = ['resolution', 'registration'] as const;
export type ProbeKind = (typeof PROBE_KINDS)[number];

/** One probe; `ms` how long it took. */
export interface Probed {
  readonly ms: number;
  /** Null: it went well. */
  readonly failure: Failure | null;
}

/** 异常类型 of 附件2. */
export const EVENT_TYPES = { network: 1, system: 2, attack: 3, other: 4 } as const;
export type EventType = (typeof EVENT_TYPES)[keyof typeof EVENT_TYPES];

export interface Failure {
  readonly type: EventType;
  readonly reason: string;
}

/** The probes of one kind that were made at one time. */
export interface Round {
  readonly kind: ProbeKind;
  readonly tried: number;
  readonly failed: number;
  /** Milliseconds of the first that went well; 0: none did. */
  readonly milliseconds: number;
  /** Of the last that failed. */
  readonly failure: Failure | null;
}

/** A probe that failed is followed by so many more, this many milliseconds apart: one may be lost on the way. */
export const MORE_TRIES = 4;
export const TRY_EVERY = 150;

/** 附件4: an emergency is when 51 % or more of the probes fail. */
const EMERGENCY_PERCENT = 51;

export function isEmergency({ tried, failed }: Pick<Round, 'tried' | 'failed'>): boolean {
  return failed * 100 >= EMERGENCY_PERCENT * tried;
}

export function roundOf(kind: ProbeKind, probes: readonly Probed[]): Round {
  const failures = probes.flatMap(({ failure }) => failure ?? []);
  const well = probes.find(({ failure }) => failure === null);
  const milliseconds = well === undefined ? 0 : Math.max(1, Math.round(well.ms));
  return { kind, tried: probes.length, failed: failures.length, milliseconds, failure: failures.at(-1) ?? null };
}

/** The first probe decides when it goes well; otherwise more are made, each at its time, whether the others have answered or not. */
export async function makeRound(
  kind: ProbeKind,
  probe: () => Promise<Probed>,
  pause: (milliseconds: number) => Promise<unknown>,
): Promise<Round> {
  const first = await probe();
  if (first.failure === null) return roundOf(kind, [first]);
  const more = Array.from({ length: MORE_TRIES }, async (_, i) => {
    await pause(i * TRY_EVERY);
    return probe();
  });
  return roundOf(kind, [first, ...(await Promise.all(more))]);
}
