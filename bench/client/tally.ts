import { createHistogram } from 'node:perf_hooks';
import { recordLatency, summarizeLatency } from '../latency.ts';
import type { LoadResult } from '../load.ts';
import type { Answer } from './answer-reader.ts';
import type { Pending } from './connection.ts';
import { Timeline } from './timeline.ts';
import { judge, type Verdict } from './verdict.ts';

const EXAMPLES = 3;

type Counted = Omit<
  LoadResult,
  'seconds' | 'rate' | 'latency' | 'otherLatency' | 'generatorCpu' | 'lag' | 'timeline' | 'examples' | 'reasons'
>;

/** What became of the requests of one load. */
export class Tally {
  readonly #right = createHistogram();
  readonly #others = createHistogram();
  readonly #lag = createHistogram();
  readonly #verdicts: Record<Verdict, number> = { right: 0, odd: 0, wrong: 0, shed: 0, unavailable: 0 };
  readonly #statuses: Record<string, number> = {};
  readonly #examples: string[] = [];
  readonly #reasons: Record<string, number> = {};
  readonly #timeline: Timeline | null;
  #begun = 0;
  #cpu = process.cpuUsage();
  #last = 0;
  #inTime = 0;
  #stale = 0;
  #errors = 0;
  #timeouts = 0;
  #least = Number.POSITIVE_INFINITY;
  #most = 0;
  /** Answers after it do not count for the rate: the load is ending. */
  until = Number.POSITIVE_INFINITY;

  constructor({ timeline = false }: { timeline?: boolean }) {
    this.#timeline = timeline ? new Timeline() : null;
  }

  /** The clock starts; without a call, it starts at the first answer. */
  begin(at: number): void {
    this.#begun = at;
    this.#cpu = process.cpuUsage();
  }

  sent(pending: Pending, at: number): void {
    recordLatency(this.#lag, at - pending.intended);
  }

  answered({ asked, intended }: Pending, answer: Answer, now: number): void {
    const verdict = judge(asked, answer);
    this.#verdicts[verdict]++;
    if (this.#begun === 0) this.begin(now);
    const took = now - intended;
    if (verdict === 'right') this.#keepRight({ took, now, bytes: answer.bytes });
    else recordLatency(this.#others, took);
    if (verdict === 'odd') this.#statuses[answer.status] = (this.#statuses[answer.status] ?? 0) + 1;
    if (verdict === 'wrong') this.#keepExample(asked.text, answer);
    if (this.#timeline === null) return;
    const stale = verdict === 'right' && /\r\nkapok-stale:/i.test(answer.head);
    if (stale) this.#stale++;
    const kind = stale ? 'stale' : verdict === 'right' ? 'fresh' : 'failed';
    this.#timeline.note(intended - this.#begun, { took, kind });
  }

  broken({ intended }: Pending, { reason, now, timeout }: { reason: string; now: number; timeout: boolean }): void {
    this.#errors++;
    if (timeout) this.#timeouts++;
    this.#reasons[reason] = (this.#reasons[reason] ?? 0) + 1;
    recordLatency(this.#others, now - intended);
    this.#timeline?.note(intended - this.#begun, { took: now - intended, kind: 'failed' });
  }

  result(): LoadResult {
    const { right, wrong, shed, unavailable } = this.#verdicts;
    const seconds = Math.max(0, this.#last - this.#begun) / 1000;
    const { user, system } = process.cpuUsage(this.#cpu);
    const counted: Counted = {
      answered: right,
      statuses: this.#statuses,
      wrong,
      shed,
      unavailable,
      stale: this.#stale,
      errors: this.#errors,
      timeouts: this.#timeouts,
      bytes: { least: right === 0 ? 0 : this.#least, most: this.#most },
    };
    return {
      ...counted,
      seconds,
      rate: seconds > 0 ? (this.#inTime - 1) / seconds : 0,
      latency: summarizeLatency(this.#right),
      otherLatency: summarizeLatency(this.#others),
      examples: this.#examples,
      reasons: this.#reasons,
      generatorCpu: (user + system) / 1000 / Math.max(1, performance.now() - this.#begun),
      lag: summarizeLatency(this.#lag),
      timeline: this.#timeline?.moments() ?? [],
    };
  }

  #keepExample(text: string, { status, body }: Answer): void {
    if (this.#examples.length === EXAMPLES) return;
    const [asked = ''] = text.split(' HTTP/', 1);
    this.#examples.push(`${asked}: ${status} ${body.toString().slice(0, 200)}`);
  }

  #keepRight({ took, now, bytes }: { took: number; now: number; bytes: number }): void {
    recordLatency(this.#right, took);
    if (bytes < this.#least) this.#least = bytes;
    if (bytes > this.#most) this.#most = bytes;
    if (now > this.until) return;
    this.#inTime++;
    this.#last = now;
  }
}
