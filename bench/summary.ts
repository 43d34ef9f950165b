import type { Comparison, Measurement } from './profile.ts';
import type { Round, Run } from './rounds.ts';
import { mean, medianOf, ratio } from './statistics.ts';
import { judgeTargets, type OfBare, type Target } from './target.ts';

/** A line of the table: medians of the rounds. */
export interface Row {
  readonly profile: string;
  readonly unit: string;
  readonly status: 'ok' | 'failed' | 'not measured';
  readonly reasons: readonly string[];
  /** What the ratios are of. */
  readonly comparedWith: 'bare server' | 'bare COPY' | 'nothing';
  readonly rate: number | null;
  /** The median of the rounds' ratios, each of one round: not the ratio of the medians. */
  readonly ratio: number | null;
  readonly p50: number | null;
  readonly p99: number | null;
  readonly p999: number | null;
  readonly perCpuSecond: number | null;
  readonly cpuRatio: number | null;
  readonly serverCpu: number | null;
  readonly generatorCpu: number | null;
  readonly othersCpu: number | null;
  /** Bytes of memory. */
  readonly resident: number | null;
  readonly proof: number | null;
  /** Medians of the ratios to something else than the bare server. */
  readonly comparisons: readonly Comparison[];
  /** Whatever has to be something, the ratios to the bare server among it; none of a profile that failed. */
  readonly targets: readonly Target[];
  readonly rounds: readonly Measurement[];
  readonly ratios: readonly (number | null)[];
  readonly ofBare?: OfBare;
}

export function summarizeRun({ profile, prepared, rounds, failures, notMeasured }: Run): Row {
  const measured = rounds.map((round) => round.measured);
  const status = notMeasured !== null ? 'not measured' : failures.length > 0 ? 'failed' : 'ok';
  const ratios = rounds.map(rateRatio);
  const own = medians(measured);
  const [toBare, cpuToBare] = [medianOf(ratios), medianOf(rounds.map(cpuRatio))];
  const judged = judgeTargets([...ofBare(profile.ofBare, { toBare, cpuToBare }), ...own.comparisons]);
  return {
    profile: profile.name,
    unit: prepared?.unit ?? '',
    status,
    reasons: notMeasured === null ? failures : [notMeasured],
    comparedWith: comparedWith(measured),
    ...own,
    ratio: toBare,
    cpuRatio: cpuToBare,
    targets: status === 'ok' ? judged : [],
    rounds: measured,
    ratios,
    ...(profile.ofBare === undefined ? {} : { ofBare: profile.ofBare }),
  };
}

export function summarizeBare(measured: readonly Measurement[]): Row {
  return {
    profile: 'bare node:http',
    unit: 'requests',
    status: 'ok',
    reasons: [],
    comparedWith: 'bare server',
    ...medians(measured),
    ratio: 1,
    cpuRatio: 1,
    targets: [],
    rounds: measured,
    ratios: [],
  };
}

interface ToBare {
  readonly toBare: number | null;
  readonly cpuToBare: number | null;
}

function ofBare(target: OfBare | undefined, { toBare, cpuToBare }: ToBare): Comparison[] {
  if (target === undefined) return [];
  const { rate, cpu } = target;
  return [
    { name: 'requests/s to the bare server', value: toBare, least: rate },
    ...(cpu === undefined
      ? []
      : [{ name: 'requests per CPU second to the bare server', value: cpuToBare, least: cpu }]),
  ];
}

function medians(measured: readonly Measurement[]) {
  const of = (read: (one: Measurement) => number | null | undefined) => medianOf(measured.map(read));
  return {
    rate: of(({ rate }) => rate),
    p50: of(({ latency }) => latency?.p50),
    p99: of(({ latency }) => latency?.p99),
    p999: of(({ latency }) => latency?.p999),
    perCpuSecond: of(({ perCpuSecond }) => perCpuSecond),
    serverCpu: of(({ serverCpu }) => serverCpu),
    generatorCpu: of(({ generatorCpu }) => generatorCpu),
    othersCpu: of(({ othersCpu }) => othersCpu),
    resident: of(({ resident }) => resident),
    proof: of(({ proof }) => proof),
    comparisons: comparisonsOf(measured),
  };
}

/** By their names, which are the same in each round. */
function comparisonsOf(measured: readonly Measurement[]): Comparison[] {
  const all = measured.flatMap(({ comparisons = [] }) => comparisons);
  const names = [...new Set(all.map(({ name }) => name))];
  return names.map((name) => {
    const same = all.filter((comparison) => comparison.name === name);
    return { ...same[0], name, value: medianOf(same.map(({ value }) => value)) };
  });
}

function comparedWith(measured: readonly Measurement[]): Row['comparedWith'] {
  if (measured.some(({ chosenRate = false }) => chosenRate)) return 'nothing';
  return measured.some(({ comparedRate }) => comparedRate !== undefined) ? 'bare COPY' : 'bare server';
}

function rateRatio({ measured, bare: [before, after] }: Round): number | null {
  if (measured.chosenRate) return null;
  return ratio(measured.rate, measured.comparedRate ?? mean(before.rate, after.rate));
}

function cpuRatio({ measured, bare: [before, after] }: Round): number | null {
  if (measured.comparedRate !== undefined || before.perCpuSecond === null || after.perCpuSecond === null) return null;
  return ratio(measured.perCpuSecond, mean(before.perCpuSecond, after.perCpuSecond));
}
