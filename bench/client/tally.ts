import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { recordLatency, summarizeLatency } from '../latency.ts';
import type { GroupResult, LoadResult } from '../load.ts';
import type { Answer } from './answer-reader.ts';
import type { Pending } from './connection.ts';
import { Timeline } from './timeline.ts';
import { judge, type Verdict } from './verdict.ts';

const EXAMPLES = 3;

type Counted = Omit<
  LoadResult,
  | 'seconds'
  | 'rate'
  | 'latency'
  | 'otherLatency'
  | 'generatorCpu'
  | 'lag'
  | 'timeline'
  | 'examples'
  | 'reasons'
  | 'groups'
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
  readonly #groups = new Map<string, RecordableHistogram>();
  readonly #timeline: Timeline | null;
  #begun = 0;
  #cpu = process.cpuUsage();
  #last = 0;
  #inTime = 0;
  #stale = 0;
  #behind = 0;
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
    const verdict = this.#judge({ asked, intended }, answer, now);
    this.#verdicts[verdict]++;
    if (this.#begun === 0) this.begin(now);
    const took = now - intended;
    if (verdict === 'right') this.#keepRight({ took, now, bytes: answer.bytes, group: asked.group });
    else recordLatency(this.#others, took);
    if (verdict === 'odd') this.#statuses[answer.status] = (this.#statuses[answer.status] ?? 0) + 1;
    if (verdict === 'wrong') this.#keepExample(asked.text, answer);
    if (this.#timeline === null) return;
    const stale = verdict === 'right' && /\r\nkapok-stale:/i.test(answer.head);
    if (stale) this.#stale++;
    const kind = stale ? 'stale' : verdict === 'right' ? 'fresh' : 'failed';
    this.#timeline.note(intended - this.#begun, { took, kind });
  }

  broken(
    { asked, intended }: Pending,
    { reason, now, timeout }: { reason: string; now: number; timeout: boolean },
  ): void {
    asked.followed?.failed();
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
      behind: this.#behind,
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
      groups: Object.fromEntries([...this.#groups].map(([name, histogram]) => [name, groupOf(histogram, seconds)])),
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

  #judge({ asked, intended }: Pending, answer: Answer, now: number): Verdict {
    const verdict = judge(asked, answer);
    const { followed } = asked;
    if (followed === undefined) return verdict;
    if (verdict !== 'right') {
      followed.failed();
      return verdict;
    }
    const { right, behind = false } = followed.answered(answer, { intended, now });
    if (behind) this.#behind++;
    return right ? 'right' : 'wrong';
  }

  #keepGroup(name: string, took: number): void {
    let histogram = this.#groups.get(name);
    if (histogram === undefined) {
      histogram = createHistogram();
      this.#groups.set(name, histogram);
    }
    recordLatency(histogram, took);
  }

  #keepRight({ took, now, bytes, group }: { took: number; now: number; bytes: number; group: string | undefined }) {
    recordLatency(this.#right, took);
    if (group !== undefined) this.#keepGroup(group, took);
    if (bytes < this.#least) this.#least = bytes;
    if (bytes > this.#most) this.#most = bytes;
    if (now > this.until) return;
    this.#inTime++;
    this.#last = now;
  }
}

function groupOf(histogram: RecordableHistogram, seconds: number): GroupResult {
  const { count } = histogram;
  return { answered: count, rate: seconds > 0 ? count / seconds : 0, latency: summarizeLatency(histogram) };
}
