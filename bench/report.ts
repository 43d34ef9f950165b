import { cpus, release, totalmem } from 'node:os';
import type { Row } from './summary.ts';

/** What `--json` writes. */
export interface Report {
  readonly date: string;
  readonly machine: Machine;
  readonly rounds: number;
  readonly seconds: number;
  readonly connections: number;
  readonly notes: readonly string[];
  readonly rows: readonly Row[];
}

export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
}

export function describeMachine(): Machine {
  const processors = cpus();
  return {
    cores: processors.length,
    processor: processors[0]?.model ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release()}`,
    node: process.version,
  };
}

export function introduce({ date, machine, rounds, seconds, connections, notes }: Omit<Report, 'rows'>): string {
  const { cores, processor, memoryGiB, system, node } = machine;
  return [
    `${date.slice(0, 16).replace('T', ' ')} UTC · ${cores} cores (${processor}) · ${memoryGiB} GiB · ${system} · Node ${node}`,
    `${connections} connections, ${rounds} rounds of ${seconds} s, medians; ratios are to the bare server in the same round`,
    ...notes,
  ].join('\n');
}
