import type { Permissions } from './permissions.ts';
import type { Site } from './site.ts';

/** A value named from another record: an identifier and an index in it. */
export interface Reference {
  readonly handle: string;
  readonly index: number;
}

/** HS_ADMIN: who may administer the record, with the 12 permission bits as "0" and "1" (RFC 3651 §3.2.1). */
export interface Admin extends Reference {
  readonly permissions: string;
}

/** A public key as a JSON Web Key (RFC 7517). */
export type Key = { readonly kty: string } & Readonly<Record<string, unknown>>;

export type ValueData =
  | { readonly format: 'string'; readonly value: string }
  | { readonly format: 'base64'; readonly value: string }
  | { readonly format: 'hex'; readonly value: string }
  | { readonly format: 'admin'; readonly value: Admin }
  | { readonly format: 'vlist'; readonly value: readonly Reference[] }
  | { readonly format: 'site'; readonly value: Site }
  | { readonly format: 'key'; readonly value: Key };

/** One typed value of a record (RFC 3651 §3.1), in the shape and member order of Handle's JSON. */
export interface Value {
  /** 1 to 2,147,483,647, unique in the record. */
  readonly index: number;
  readonly type: string;
  readonly data: ValueData;
  /** Absent when they are the default, "1110". */
  readonly permissions?: Permissions;
  /** Seconds, or a moment (ISO 8601) when the value ends. */
  readonly ttl: number | string;
  /** When the value was last written: ISO 8601, UTC, whole seconds. */
  readonly timestamp: string;
  readonly references?: readonly Reference[];
}

export const DEFAULT_TTL = 86_400;
export const MAX_TTL = 2_147_483_647;
export const MAX_INDEX = 2_147_483_647;
/** A Handle message holds no more (the deployed clients' limit). */
export const MAX_VALUES = 2048;
/** The largest record, serialised, in bytes: it must fit one Handle message. */
export const MAX_RECORD_BYTES = 262_144;
