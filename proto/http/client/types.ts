import type { Static, TSchema } from 'typebox';
import type { Operation, Parameter } from '../operation.ts';

/** The names between braces of a path. */
type NamesIn<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `+${infer Bare}` ? Bare : Name) | NamesIn<Rest>
  : never;

type Values<Parameters> = {
  [K in keyof Parameters as Parameters[K] extends { readonly required: true } ? K : never]: ValueOf<Parameters[K]>;
} & {
  [K in keyof Parameters as Parameters[K] extends { readonly required: true } ? never : K]?:
    | ValueOf<Parameters[K]>
    | undefined;
};
/** A list repeats the parameter. */
type ValueOf<P> = P extends Parameter ? Static<P['schema']> | readonly Static<P['schema']>[] : never;

/** The bytes of an upload. A stream is sent as it comes, and cannot be sent twice. */
export type Bytes = string | Uint8Array<ArrayBuffer> | Blob | ReadableStream<Uint8Array>;

type Params<O extends Operation> = [NamesIn<O['path']>] extends [never]
  ? unknown
  : { readonly params: Record<NamesIn<O['path']>, string> };
type Query<O extends Operation> =
  O['query'] extends Readonly<Record<string, Parameter>>
    ? Record<never, never> extends Values<O['query']>
      ? { readonly query?: Values<O['query']> | undefined }
      : { readonly query: Values<O['query']> }
    : unknown;
type Headers<O extends Operation> =
  O['headers'] extends Readonly<Record<string, Parameter>>
    ? { readonly headers?: { [K in keyof O['headers']]?: string | undefined } | undefined }
    : unknown;
/** A body that may be null may be left out. */
type Json<O extends Operation> = O['body'] extends TSchema
  ? null extends Static<O['body']>
    ? { readonly body?: Static<O['body']> | undefined }
    : { readonly body: Static<O['body']> }
  : never;
type Upload<O extends Operation> = O['upload'] extends readonly string[]
  ? { readonly upload: Bytes; readonly type: O['upload'][number] }
  : never;
type Content<O extends Operation> = [Json<O> | Upload<O>] extends [never] ? unknown : Json<O> | Upload<O>;

/** What a call of an operation takes. */
export type Asked<O extends Operation> = Params<O> &
  Query<O> &
  Headers<O> &
  Content<O> & { readonly signal?: AbortSignal | undefined };

type Going = 200 | 201 | 202 | 204 | 300;
type Said<A> = A extends { readonly type: `${string}/json` | `${string}+json`; readonly schema?: infer S }
  ? FromSchema<S>
  : A extends { readonly type: 'text/plain' | 'text/html' }
    ? string
    : A extends { readonly type: string }
      ? ReadableStream<Uint8Array>
      : A extends { readonly schema: infer S }
        ? FromSchema<S>
        : unknown;
type FromSchema<S> = S extends TSchema ? Static<S> : unknown;

/** What it answers when it goes well: JSON, a text, or for lines, files and events a stream of bytes. */
export type Answered<O extends Operation> = {
  [S in keyof O['answers']]: S extends Going ? Said<O['answers'][S]> : never;
}[keyof O['answers']];
