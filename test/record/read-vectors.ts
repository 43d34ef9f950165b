import { readFileSync } from 'node:fs';
import { fileOf } from '../support/root.ts';

/** The moment of every write in the vectors. */
export const NOW = new Date('2026-01-02T03:04:05.678Z');

export interface ValidValue {
  readonly fact: string;
  readonly value: unknown;
  readonly stored: unknown;
}

export interface InvalidValues {
  readonly values: unknown;
  readonly at: string;
  readonly reason: string;
}

export function readValidValues(): ValidValue[] {
  return read('value-valid.json') as ValidValue[];
}

export function readInvalidValues(): InvalidValues[] {
  return read('value-invalid.json') as InvalidValues[];
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(fileOf(`test/vectors/${file}`), 'utf8'));
}
