import type { Value } from '../value.ts';

/** What the text of an item's value must be. */
export const KINDS = ['text', 'number', 'integer', 'boolean', 'date', 'datetime', 'url', 'reference', 'file'] as const;
export type Kind = (typeof KINDS)[number];

/** One item of a template: the value that has this index and this type. */
export interface Item {
  /** From 2000: lower ones are the record's own (the nodes deployed in the tree keep them so). */
  readonly index: number;
  /** The value's type, and the item's name for programs. */
  readonly type: string;
  /** A name for people. */
  readonly title?: string;
  readonly kind: Kind;
  readonly required?: boolean;
  /** No two active records of the template, whichever version of it they follow, hold the same text here. */
  readonly unique?: boolean;
  /** Characters. */
  readonly minLength?: number;
  readonly maxLength?: number;
  /** Of a number. */
  readonly minimum?: number;
  readonly maximum?: number;
  /** Of a file: the media types that it may have, and its bytes at most. */
  readonly fileTypes?: readonly string[];
  readonly maxSize?: number;
  /** The only texts that are right. */
  readonly choices?: readonly string[];
  /** No longer in use: never removed, so that its index is never given another meaning. */
  readonly disabled?: boolean;
}

/** The typed schema that the records of one business object follow. */
export interface Template {
  readonly title?: string;
  readonly description?: string;
  readonly items: readonly Item[];
}

export const FIRST_ITEM_INDEX = 2000;

/** The values by which a record names the template it follows: at 1000 the template, at 1001 its version. */
export const TEMPLATE_ID = { index: 1000, type: 'TEMPLATE_ID' };
export const TEMPLATE_VERSION = { index: 1001, type: 'TEMPLATE' };

/** A template as a record names it. */
export interface TemplateName {
  /** `PREFIX/name`. */
  readonly id: string;
  /** The text of the version's value; undefined when there is none. */
  readonly version: string | undefined;
}

/** The template that a record follows; null when it names none. */
export function templateOf(values: readonly Value[]): TemplateName | null {
  const id = textAt(values, TEMPLATE_ID);
  return id === undefined ? null : { id, version: textAt(values, TEMPLATE_VERSION) };
}

function textAt(values: readonly Value[], { index, type }: { index: number; type: string }): string | undefined {
  const value = values.find((one) => one.index === index);
  return value?.type === type && value.data.format === 'string' ? value.data.value : undefined;
}
