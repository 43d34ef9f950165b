import t from 'tap';
import { parse } from 'yaml';
import { readConfig } from '../../src/config/config.ts';
import { startDatabases } from '../support/database.ts';
import { startTestNode } from '../support/node.ts';
import { readRootFile } from './compose-file.ts';

interface Panel {
  readonly title: string;
  readonly type: string;
  readonly targets?: readonly { readonly expr: string }[];
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}
interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

const board = JSON.parse(readRootFile('deploy/grafana/kapok.json')) as { readonly panels: readonly Panel[] };
const rules = (parse(readRootFile('deploy/prometheus/alerts.yml')).groups as { rules: Rule[] }[]).flatMap(
  (group) => group.rules,
);
const expressions = [
  ...board.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr }))),
  ...rules.map(({ alert: title, expr }) => ({ title, expr })),
];

/** Names of PromQL, of Prometheus itself, and of labels that a scrape adds. */
const BY_PROMETHEUS = new Set(['instance', 'job', 'le']);
const METRIC = /\b(?:kapok|nodejs|process)_[a-z0-9_]+\b/g;

/** Of each metric that a node tells: the labels that the operator's manual names. */
function documentedLabels(): Map<string, ReadonlySet<string>> {
  const found = readRootFile('docs/operations.md').matchAll(/`(kapok_[a-z_]+)(?:\{([a-z_,]+)\})?`/g);
  const labels = new Map<string, Set<string>>();
  // A metric is named more than once, and not always with its labels.
  for (const [, name = '', list = ''] of found)
    labels.set(name, new Set([...(labels.get(name) ?? []), ...list.split(',')]));
  return labels;
}

t.test('every metric of the dashboard and of the alerts is one that a node tells', async (t) => {
  const databases = await startDatabases(t);
  const settings = { KAPOK_ROLE: 'industry', KAPOK_PREFIX: '88.101', DATABASE_URL: await databases.create() };
  const { text } = await (await startTestNode(t, settings)).get('/metrics');
  const told = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]));
  t.ok(told.size > 20);
  for (const { title, expr } of expressions) {
    for (const [name] of expr.matchAll(METRIC)) {
      const histogram = told.get(name.replace(/_(?:bucket|sum|count)$/, '')) === 'histogram';
      t.ok(told.has(name) || histogram, `${title}: ${name}`);
    }
  }
});

t.test('labels are those of the metric', async (t) => {
  const documented = documentedLabels();
  for (const { title, expr } of expressions) {
    const metrics = [...expr.matchAll(METRIC)].map(([name]) => name.replace(/_(?:bucket|sum|count)$/, ''));
    const known = new Set([...BY_PROMETHEUS, ...metrics.flatMap((name) => [...(documented.get(name) ?? [])])]);
    const grouped = [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, labels = '']) => labels.split(/, */));
    const matched = [...expr.matchAll(/([a-z_]+)(?:=~|!=|!~|=)"/g)].map(([, label = '']) => label);
    for (const label of [...grouped, ...matched]) t.ok(known.has(label), `${title}: ${label}`);
  }
});

t.test('expressions are closed, and a rate is taken of nothing but counters', async (t) => {
  for (const { title, expr } of expressions) {
    for (const [open, close] of ['()', '{}', '[]']) {
      t.equal(expr.split(open as string).length, expr.split(close as string).length, `${title}: ${open}${close}`);
    }
    for (const [, name = ''] of expr.matchAll(/rate\(([a-z_0-9]+)/g))
      t.match(name, /_(?:total|bucket|sum|count)$/, title);
  }
});

t.test('no panel lies on another one', async (t) => {
  const taken = new Set<string>();
  for (const { title, gridPos } of board.panels) {
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        t.notOk(x >= 24 || taken.has(`${x} ${y}`), `${title} at ${x} ${y}`);
        taken.add(`${x} ${y}`);
      }
    }
  }
});

t.test('each alert says how urgent it is, and what it is about', async (t) => {
  t.equal(new Set(rules.map(({ alert }) => alert)).size, rules.length);
  for (const { alert, labels, annotations } of rules) {
    t.match(labels.severity, /^(?:page|ticket)$/, alert);
    t.match(annotations.summary, /\{\{ \$labels\.instance \}\}/, alert);
  }
});

t.test('Prometheus reads the alerts, and a node where it listens by default', async (t) => {
  const { rule_files: files, scrape_configs: jobs } = parse(readRootFile('deploy/prometheus/prometheus.yml'));
  t.strictSame(files, ['alerts.yml']);
  const { port } = readConfig({
    KAPOK_ROLE: 'industry',
    KAPOK_PREFIX: '88.101',
    DATABASE_URL: 'postgres://127.0.0.1/x',
  });
  t.match(jobs, [{ job_name: 'kapok', static_configs: [{ targets: [`127.0.0.1:${port}`] }] }]);
});
