import type { ImportJob } from '../../proto/http/imports.ts';

const WIDTH = 24;
/** Between two drawings, in milliseconds. */
const DRAW_EVERY = 100;

/** Shows on a terminal how far an import is; elsewhere it shows nothing. */
export class ImportProgress {
  readonly #terminal: boolean;
  readonly #began = Date.now();
  #drawnAt = 0;

  constructor({ terminal }: { terminal: boolean }) {
    this.#terminal = terminal;
  }

  sent(bytes: number, size: number | null): void {
    const share = size === null || size === 0 ? null : bytes / size;
    this.#draw('sending', share, `${(bytes / 1_048_576).toFixed(1)} MiB`);
  }

  done(job: ImportJob): void {
    const share = job.size === 0 ? 1 : job.readBytes / job.size;
    this.#draw(job.state, share, `${job.rows} rows, ${this.rate(job)} rows/s, ${job.failed} failed`);
  }

  rate({ rows, startedAt, endedAt }: ImportJob): number {
    const begun = startedAt === null ? this.#began : Date.parse(startedAt);
    const until = endedAt === null ? Date.now() : Date.parse(endedAt);
    return Math.round(rows / Math.max(0.001, (until - begun) / 1000));
  }

  clear(): void {
    if (this.#terminal) process.stderr.write('\r\x1b[K');
  }

  #draw(what: string, share: number | null, text: string): void {
    const now = Date.now();
    if (!this.#terminal || now - this.#drawnAt < DRAW_EVERY) return;
    this.#drawnAt = now;
    const full = Math.round(WIDTH * Math.min(1, share ?? 0));
    const bar = share === null ? '' : ` [${'#'.repeat(full)}${'-'.repeat(WIDTH - full)}] ${Math.floor(100 * share)} %`;
    process.stderr.write(`\r\x1b[K${what}${bar} ${text}`);
  }
}
