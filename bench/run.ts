import { Bench } from './bench.ts';
import { callHttp, type HttpAnswer } from './http.ts';
import type { BenchOptions } from './options.ts';
import { prepareBare } from './profiles/bare.ts';
import { chooseRateLimit } from './rate-limit.ts';
import { expectedValues, identifierOf } from './records.ts';
import { describeMachine, type Report } from './report.ts';
import { getRequests } from './requests.ts';
import type { Resources } from './resources.ts';
import { measureRounds, prepareRun, warmUpSeconds } from './rounds.ts';
import { summarizeBare, summarizeRun } from './summary.ts';
import { INDUSTRY } from './worlds/industry.ts';

export interface RunOptions {
  readonly options: BenchOptions;
  /** For the data and logs of all servers; whoever made it removes it. */
  readonly folder: string;
  readonly resources: Resources;
  readonly progress: (text: string) => void;
}

/** The whole bench; all that it starts is in `resources`. */
export async function runBench({ options, folder, resources, progress }: RunOptions): Promise<Report> {
  const bench = await Bench.open(options, { folder, resources, progress });
  const { rounds, seconds, connections, profiles, peer } = options;
  const warmUp = warmUpSeconds(seconds);
  progress('warming up the bare server and the generator');
  const sample = prepareBare(bench, SAMPLE);
  await sample.check();
  const warm = await sample.measure(warmUp);
  const limit = peer === undefined ? chooseRateLimit(warm.rate) : { settings: {}, notes: [] };
  bench.nodeSettings = limit.settings;

  const bare = prepareBare(bench, await fetchReference(bench));
  await bare.check();
  const runs = [];
  for (const profile of profiles) {
    progress(`preparing ${profile.name}`);
    runs.push(await prepareRun(profile, { bench, warmUp }));
  }
  const measured = await measureRounds(runs, { bare, rounds, seconds, progress });
  const rows = [summarizeBare(measured), ...runs.map(summarizeRun)];
  const date = new Date().toISOString();
  return {
    date,
    machine: describeMachine(),
    rounds,
    seconds,
    connections,
    notes: [...limit.notes, ...sizeNote(options)],
    rows,
  };
}

/** Targets are for the sizes that the profiles choose themselves. */
function sizeNote({ records }: BenchOptions): string[] {
  return records === undefined
    ? []
    : [`--records ${records}: nodes hold so many in place of each profile's own number`];
}

/** The answer whose bytes the bare server repeats. */
async function fetchReference(bench: Bench): Promise<HttpAnswer> {
  const { peer } = bench.options;
  const { url, identifiers } = peer ?? (await localReference(bench));
  const [request] = getRequests(identifiers.slice(0, 1));
  const path = `${url}${request?.path}`;
  const answer = await callHttp(path);
  if (answer.status !== 200)
    throw new Error(`${path} answers ${answer.status}: ${answer.body.toString().slice(0, 300)}`);
  return answer;
}

async function localReference(bench: Bench) {
  const { node, hot } = await bench.industry();
  return { url: node.url, identifiers: hot };
}

/** As long as the answers of the nodes, which are not there yet. */
const SAMPLE: HttpAnswer = (() => {
  const handle = identifierOf(INDUSTRY, 0);
  const values = expectedValues(handle).map((value) => ({ ...value, timestamp: '2026-01-01T00:00:00Z' }));
  const headers = ['content-type', 'application/json;charset=utf-8', 'etag', '"1"'];
  return { status: 200, headers, body: Buffer.from(JSON.stringify({ responseCode: 1, handle, values })) };
})();
