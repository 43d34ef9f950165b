import { performance } from 'node:perf_hooks';
import type { Fault, History, Read, Span, Write } from './history.ts';

/** Writes down what happens, by one clock. */
export class Recorder implements History {
  readonly writes: Write[] = [];
  readonly reads: Read[] = [];
  readonly faults: Fault[] = [];
  readonly standstills: Span[] = [];

  now(): number {
    return performance.now();
  }
}
