import { type Context, type Span as OtelSpan, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import type { Facts, Span } from './span.ts';

/** Pieces that are shown of one request: a batch has a thousand identifiers, and each several. */
const MOST_PIECES = 100;

/** What the spans of one request have in common. */
export interface Followed {
  readonly tracer: Tracer;
  /** Writes the headers of a context. */
  readonly headersOf: (context: Context) => Record<string, string>;
  pieces: number;
}

/** A span of the OpenTelemetry SDK. */
export class FollowedSpan implements Span {
  readonly #followed: Followed;
  readonly #span: OtelSpan;
  readonly #context: Context;
  readonly request: string;

  constructor(followed: Followed, begun: { span: OtelSpan; within: Context; request?: string }) {
    this.#followed = followed;
    this.#span = begun.span;
    this.#context = trace.setSpan(begun.within, begun.span);
    this.request = begun.request ?? begun.span.spanContext().spanId;
  }

  begin(name: string, facts: Facts = {}): Span {
    return this.#begin(name, SpanKind.INTERNAL, facts);
  }

  call(name: string, facts: Facts = {}): Span {
    return this.#begin(name, SpanKind.CLIENT, facts);
  }

  tell(facts: Facts): void {
    this.#span.setAttributes(facts);
  }

  end(facts: Facts = {}, failure?: string): void {
    this.#span.setAttributes(facts);
    if (failure !== undefined) {
      this.#span.setAttribute('error.type', failure);
      this.#span.setStatus({ code: SpanStatusCode.ERROR });
    }
    this.#span.end();
  }

  headers(): Record<string, string> {
    return this.#followed.headersOf(this.#context);
  }

  #begin(name: string, kind: SpanKind, attributes: Facts): Span {
    if (++this.#followed.pieces > MOST_PIECES) return new LeftOut(this);
    const span = this.#followed.tracer.startSpan(name, { kind, attributes }, this.#context);
    return new FollowedSpan(this.#followed, { span, within: this.#context, request: this.request });
  }
}

/** A piece too many: it is not shown, and what is asked for it elsewhere goes on from what it is part of. */
class LeftOut implements Span {
  readonly #whole: Span;

  constructor(whole: Span) {
    this.#whole = whole;
  }

  get request(): string {
    return this.#whole.request;
  }

  begin(): Span {
    return this;
  }

  call(): Span {
    return this;
  }

  tell(): void {}

  end(): void {}

  headers(): Readonly<Record<string, string>> {
    return this.#whole.headers();
  }
}
