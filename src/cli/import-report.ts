import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { RowResult } from '../registry/import/rows.ts';

export interface ImportReportOptions {
  /** Where the result of each row goes; undefined: only failures are shown. */
  readonly resultsFile: string | undefined;
  /** Bytes of the input; null: not known. */
  readonly size: number | null;
  readonly terminal: boolean;
}

interface Ending {
  readonly done: boolean;
  readonly error?: { readonly message: string; readonly code: string };
}

const SHOWN_FAILURES = 20;

/** Reads the results of an import as they come, shows how far it is, and says at the end what became of the rows. */
export class ImportReport {
  readonly #options: ImportReportOptions;
  readonly #began = Date.now();
  readonly #counts = { created: 0, replaced: 0, failed: 0 };
  #bytes = 0;
  #drawnAt = 0;
  #ending: Ending | null = null;

  constructor(options: ImportReportOptions) {
    this.#options = options;
  }

  get complete(): boolean {
    return this.#ending?.done === true;
  }

  get failed(): number {
    return this.#counts.failed;
  }

  sent(bytes: number): void {
    this.#bytes += bytes;
  }

  async read(body: Readable): Promise<void> {
    const { resultsFile } = this.#options;
    const results = resultsFile === undefined ? null : createWriteStream(resultsFile);
    try {
      for await (const line of createInterface({ input: body })) await this.#line(line, results);
    } catch (error) {
      this.#ending = {
        done: false,
        error: { message: `the connection broke off (${(error as Error).message})`, code: 'UPSTREAM_UNREACHABLE' },
      };
    } finally {
      if (results !== null) await finished(results.end());
    }
    this.#conclude();
  }

  async #line(text: string, results: WriteStream | null): Promise<void> {
    const line = JSON.parse(text) as RowResult | Ending;
    if ('done' in line) {
      this.#ending = line;
      return;
    }
    this.#counts[line.outcome]++;
    if (line.outcome === 'failed' && this.#counts.failed <= SHOWN_FAILURES) {
      process.stderr.write(
        `${this.#options.terminal ? '\r\x1b[K' : ''}line ${line.line}: ${line.identifier ?? ''} ${line.message} (${line.code})\n`,
      );
    }
    if (results !== null && !results.write(`${text}\n`)) await once(results, 'drain');
    this.#draw();
  }

  #draw(): void {
    const now = Date.now();
    if (!this.#options.terminal || now - this.#drawnAt < 100) return;
    this.#drawnAt = now;
    const { size } = this.#options;
    const share = size === null || size === 0 ? '' : `${Math.floor((100 * this.#bytes) / size)} % `;
    process.stderr.write(`\r\x1b[K${share}${this.#rows()} rows, ${this.#rate()} rows/s`);
  }

  #conclude(): void {
    if (this.#options.terminal) process.stderr.write('\r\x1b[K');
    const { created, replaced, failed } = this.#counts;
    const hidden =
      failed > SHOWN_FAILURES ? ` (${failed - SHOWN_FAILURES} failures not shown; --results keeps all)` : '';
    process.stdout.write(
      `${created} created, ${replaced} replaced, ${failed} failed${hidden}, ${this.#rate()} rows/s\n`,
    );
    if (this.complete) return;
    const reason = this.#ending?.error?.message ?? 'the answer ended early';
    process.stderr.write(
      `The import broke off: ${reason}. The rows above are in; importing the file again completes it.\n`,
    );
  }

  #rows(): number {
    return this.#counts.created + this.#counts.replaced + this.#counts.failed;
  }

  #rate(): number {
    return Math.round(this.#rows() / Math.max(0.001, (Date.now() - this.#began) / 1000));
  }
}
