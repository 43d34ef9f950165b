import { encodePath } from '../../identifier/percent-encoding.ts';
import type { DemoRow } from './model.ts';
import { DEMO_DATA } from './note.ts';

/** A value without its index. */
export type Field = readonly [type: string, data: string];

export interface DemoItem {
  readonly identifier: string;
  /** From `demoName`. */
  readonly name: string;
  /** The code system by name, with the standard that defines it. */
  readonly codeSystem: string;
  /** The code itself under the type of its system: `['VIN', '…']`. */
  readonly code: Field;
  readonly fields?: readonly Field[];
}

/** The values numbered from 1 in their order. */
export function rowOf(identifier: string, fields: readonly Field[]): DemoRow {
  return { identifier, values: fields.map(([type, data], at) => ({ index: at + 1, type, data })) };
}

/** An invented record: labelled as such, and with a URL in the domain that never resolves (RFC 2606 §2). */
export function demoRow(item: DemoItem): DemoRow {
  return rowOf(item.identifier, [
    ['NAME', item.name],
    ['CODE_SYSTEM', item.codeSystem],
    item.code,
    ['URL', `https://example.invalid/${encodePath(item.identifier)}`],
    ['DEMO', DEMO_DATA],
    ...(item.fields ?? []),
  ]);
}

/** `示例整车 A / Demo vehicle A`. */
export function demoName(zh: string, en: string, at?: number): string {
  const letter = at === undefined ? '' : ` ${letterOf(at)}`;
  return `示例${zh}${letter} / Demo ${en}${letter}`;
}

/** A … Z, AA, AB …: the columns of a spreadsheet, from 0. */
export function letterOf(at: number): string {
  const letter = String.fromCharCode(65 + (at % 26));
  return at < 26 ? letter : letterOf(Math.floor(at / 26) - 1) + letter;
}

/** 0 … count - 1. */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}

/** A fixed day for the n-th item: demo data is the same on every machine. */
export function dayOf(year: number, at: number): string {
  return new Date(Date.UTC(year, 0, 5 + at * 9)).toISOString().slice(0, 10);
}

/** One of a few, turn by turn. */
export function cycle<T>(choices: readonly [T, ...T[]], at: number): T {
  return choices[at % choices.length] ?? choices[0];
}
