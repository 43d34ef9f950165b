import type { TSchema } from 'typebox';
import type { Permission } from './permission.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What one status answers with. */
export interface OperationAnswer {
  readonly text: string;
  readonly schema?: TSchema;
  /** The media type; `application/json` when absent. */
  readonly type?: string;
}

/** One operation of the HTTP interface: its route, OpenAPI, client and rights are made from it. */
export interface Operation {
  /** Unique, and the name of the client's method. */
  readonly id: string;
  readonly method: Method;
  /** `{name}` is one segment; a last `{+name}` is the rest of the path, slashes included (RFC 6570 §3.2.3). */
  readonly path: string;
  readonly permission: Permission;
  readonly tag: string;
  readonly summary: string;
  /** Parameters after "?": texts, as a URL holds them. */
  readonly query?: Readonly<Record<string, Parameter>>;
  readonly headers?: Readonly<Record<string, Parameter>>;
  /** The JSON body. */
  readonly body?: TSchema;
  /** Media types of a body that is no JSON. */
  readonly upload?: readonly string[];
  readonly answers: Readonly<Record<number, OperationAnswer>>;
  /** Failures come in the shape of Handle's REST interface, not as problem details (RFC 9457). */
  readonly handleErrors?: true;
}

export interface Parameter {
  readonly text: string;
  readonly schema: TSchema;
  readonly required?: true;
}

/** Checks the form and keeps the types. */
export function operation<const O extends Operation>(described: O): O {
  return described;
}

/** What precedes the parameter of a path: `/api/v1/identifiers/` of `/api/v1/identifiers/{+identifier}`. */
export function baseOf({ path }: Operation): string {
  const brace = path.indexOf('{');
  return brace < 0 ? path : path.slice(0, brace);
}
