import {
  type Context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  SpanKind,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOnSampler, RandomIdGenerator, TracerProvider } from '@opentelemetry/sdk-trace';
import { VERSION } from '../../../proto/http/version.ts';
import type { Logger } from '../logger.ts';
import { Backlog } from './backlog.ts';
import { readCarrier, unfollowedCarrier } from './carrier.ts';
import { FollowedSpan } from './followed-span.ts';
import type { Facts, Span } from './span.ts';
import type { Origin, SpanCounts, Traces } from './traces.ts';

export interface OpenTelemetryOptions {
  /** Where spans are sent by OTLP over HTTP, as JSON. */
  readonly url: string;
  /** One in so many requests that say nothing of a trace is followed; 0: none. */
  readonly sample: number;
  readonly node: string;
  readonly log: Logger;
}

/** Requests of one second that are followed at most: anybody may ask for it by a header, and it costs more than a memory hit. */
const MOST_A_SECOND = 1_000;
/** Spans that wait or are being sent: some 4 MB. */
const MOST_WAITING = 4_096;
/** Milliseconds. */
const SEND_AFTER = 1_000;
const GIVEN_UP_AFTER = 5_000;
/** How long closing waits for the collector, in milliseconds. */
const FAREWELL = 2_000;
const LONGEST_TEXT = 256;

/** Follows requests by the OpenTelemetry SDK. A span is handed on from step to step: nothing is patched, and nothing looks for it. */
export class OpenTelemetryTraces implements Traces {
  readonly #provider: TracerProvider;
  readonly #tracer: Tracer;
  readonly #backlog: Backlog;
  readonly #propagator = new W3CTraceContextPropagator();
  readonly #ids = new RandomIdGenerator();
  readonly #log: Logger;
  readonly #sample: number;
  #silent = 0;
  #second = 0;
  #followed = 0;
  #failing = false;

  constructor({ url, sample, node, log }: OpenTelemetryOptions) {
    this.#sample = sample;
    this.#log = log;
    this.#backlog = new Backlog({
      exporter: new OTLPTraceExporter({ url, timeoutMillis: GIVEN_UP_AFTER }),
      most: MOST_WAITING,
      wait: SEND_AFTER,
      timeout: GIVEN_UP_AFTER + 1_000,
      onSent: (failure) => this.#sent(failure),
    });
    const about = {
      'service.name': 'kapok',
      'service.version': VERSION,
      'kapok.node': node,
      'process.pid': process.pid,
    };
    this.#provider = new TracerProvider({
      resource: defaultResource().merge(resourceFromAttributes(about)),
      // What is followed was chosen before its first span.
      sampler: new AlwaysOnSampler(),
      spanLimits: { attributeValueLengthLimit: LONGEST_TEXT },
      spanProcessors: [this.#backlog],
    });
    this.#tracer = this.#provider.getTracer('kapok', VERSION);
  }

  get counts(): SpanCounts {
    return this.#backlog.counts;
  }

  choose(rawHeaders: readonly string[]): Origin | null {
    const carrier = readCarrier(rawHeaders);
    if (carrier !== null) {
      const context = this.#propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter) as Context;
      const said = trace.getSpanContext(context);
      if (said !== undefined)
        return (said.traceFlags & TraceFlags.SAMPLED) !== 0 && this.#admits() ? { context } : null;
    }
    if (this.#sample === 0 || ++this.#silent % this.#sample !== 0 || !this.#admits()) return null;
    return { context: ROOT_CONTEXT };
  }

  begin({ context }: Origin, name: string, attributes: Facts): Span {
    const within = context as Context;
    const span = this.#tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, within);
    const headersOf = (of: Context) => {
      const headers: Record<string, string> = {};
      this.#propagator.inject(of, headers, defaultTextMapSetter);
      return headers;
    };
    return new FollowedSpan({ tracer: this.#tracer, headersOf, pieces: 0 }, { span, within });
  }

  unfollowed(): Record<string, string> {
    return unfollowedCarrier({ trace: this.#ids.generateTraceId(), span: this.#ids.generateSpanId() });
  }

  async close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, FAREWELL);
    });
    // What the collector does not take is counted and told as at any other time.
    await Promise.race([this.#provider.shutdown().catch(() => {}), patience]);
    clearTimeout(timer);
  }

  #admits(): boolean {
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#followed = 0;
    }
    return ++this.#followed <= MOST_A_SECOND;
  }

  /** Told when it begins to fail and when that is over, not for each batch. */
  #sent(err: Error | null): void {
    if (this.#failing === (err !== null)) return;
    this.#failing = err !== null;
    if (err === null) this.#log.info('the collector of traces takes spans again');
    else this.#log.warn({ err }, 'the collector of traces does not take spans, and they are lost');
  }
}
