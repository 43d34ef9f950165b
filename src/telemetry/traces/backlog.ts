import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace';
import type { SpanCounts } from './traces.ts';

export interface BacklogOptions {
  readonly exporter: SpanExporter;
  /** Spans that wait or are being sent. */
  readonly most: number;
  /** Milliseconds that the first of them waits for more. */
  readonly wait: number;
  /** Milliseconds after which a batch that nobody has taken is given up. */
  readonly timeout: number;
  /** Told of each batch; null: it was taken. */
  readonly onSent: (failure: Error | null) => void;
}

const MOST_IN_BATCH = 512;

/**
 * Collects spans and sends them in batches. Bounds those that wait or are on their way, and counts what becomes of each: the
 * processor of the SDK bounds what waits as well, but tells nobody what it has dropped, and forgets what is on its way.
 */
export class Backlog implements SpanProcessor {
  readonly #options: BacklogOptions;
  readonly #queue: BatchSpanProcessor;
  readonly #counts = { exported: 0, dropped: 0, failed: 0 };
  #waiting = 0;

  constructor(options: BacklogOptions) {
    this.#options = options;
    const { most, wait, timeout } = options;
    this.#queue = new BatchSpanProcessor({
      exporter: { export: (spans, done) => this.#export(spans, done), shutdown: () => options.exporter.shutdown() },
      maxQueueSize: most,
      maxExportBatchSize: Math.min(most, MOST_IN_BATCH),
      scheduledDelayMillis: wait,
      exportTimeoutMillis: timeout,
    });
  }

  get counts(): SpanCounts {
    return this.#counts;
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if (this.#waiting >= this.#options.most) {
      this.#counts.dropped++;
      return;
    }
    this.#waiting++;
    this.#queue.onEnd(span);
  }

  forceFlush(): Promise<void> {
    return this.#queue.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.#queue.shutdown();
  }

  #export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.#options.exporter.export(spans, (result) => {
      const taken = result.code === ExportResultCode.SUCCESS;
      this.#waiting -= spans.length;
      this.#counts[taken ? 'exported' : 'failed'] += spans.length;
      this.#options.onSent(taken ? null : (result.error ?? new Error('The collector did not take the spans')));
      done(result);
    });
  }
}
