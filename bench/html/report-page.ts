import { escapeHtml } from '../../src/http/pages/page.ts';
import type { Report } from '../report.ts';
import { medianOf } from '../statistics.ts';
import type { Row } from '../summary.ts';
import { notesOf } from '../table.ts';
import { latencyPanels } from './latency-panels.ts';
import { ratesTable } from './rates-table.ts';
import { STYLE } from './style.ts';
import { targetsTable } from './targets-table.ts';
import { timelines } from './timelines.ts';

/** From this share of a core on that other programs took, the numbers are disturbed. */
const DISTURBED = 0.1;

/** A run of the bench as one page: no script, nothing from elsewhere; light, dark and on paper. */
export function reportPage(report: Report): string {
  const { rows, date } = report;
  const moment = `${date.slice(0, 16).replace('T', ' ')} UTC`;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Kapok bench · ${moment}</title><style>${STYLE}</style></head>
<body><main>
<header><h1>Kapok bench<small>${moment}</small></h1></header>
${tiles(report)}
${section('Targets', 'The tick is what is asked for; where the line is shaded, it is reached.', targetsTable(rows))}
${section('Rates', 'Medians of the rounds. The dots are ratios to the bare node:http server of the same round, on a logarithmic scale: each round faint, the median full, a target as a tick.', ratesTable(rows))}
${section('Latency', 'Milliseconds by percentile, both on logarithmic scales, the same in every panel: rounds thin, their median full, the bare server dashed.', latencyPanels(rows))}
${section('Faults', 'The last round. An open loop: what was to be sent in a tenth of a second counts there, whenever its answer came.', withLegend(timelines(rows)))}
${section('Notes', 'What there is to say beside the numbers.', notes(report))}
<footer>Kapok 木棉 · npm run bench</footer>
</main></body>
</html>
`;
}

function section(title: string, about: string, content: string): string {
  return content === '' ? '' : `<section><h2>${title}</h2><p>${about}</p>${content}</section>`;
}

function tiles({ rows, machine, rounds, seconds, connections }: Report): string {
  const { cores, processor, memoryGiB, system, node } = machine;
  const targets = rows.flatMap((row) => row.targets);
  const count = (reached: boolean | null) => targets.filter((target) => target.reached === reached).length;
  const states = (status: Row['status']) => rows.slice(1).filter((row) => row.status === status).length;
  const others = medianOf(rows.flatMap((row) => row.rounds.map(({ othersCpu }) => othersCpu)));
  const [mark, state] =
    others === null
      ? ['unknown', 'not measured']
      : others <= DISTURBED
        ? ['reached', 'the machine was at rest']
        : ['missed', 'disturbed: measure again'];
  const tile = (title: string, value: string, more: string) =>
    `<div><dt>${title}<dd>${value}<small>${more}</small></div>`;
  return `<dl class="tiles">${[
    tile(
      'Targets',
      `<b>${count(true)}</b>of ${targets.length} reached`,
      `${count(false)} missed, ${count(null)} not measured`,
    ),
    tile(
      'Profiles',
      `<b>${states('ok')}</b>of ${rows.length - 1} measured`,
      `${states('failed')} failed, ${states('not measured')} not measured`,
    ),
    tile(
      'Other programs',
      `<b>${others === null ? '–' : Math.round(100 * others)}</b>% of a core`,
      `<span class="${mark}">${state}</span>`,
    ),
    tile('Machine', `${cores} cores · ${memoryGiB} GiB`, escapeHtml(`${processor} · ${system} · Node ${node}`)),
    tile('Run', `${rounds} × ${seconds} s`, `${connections} connections, the load generator on the same machine`),
  ].join('')}</dl>`;
}

function withLegend(content: string): string {
  if (content === '') return '';
  const kinds = [
    ['fresh', 'answered'],
    ['stale', 'answered, told as stale'],
    ['lost', 'no right answer'],
  ];
  const legend = kinds.map(([kind, words]) => `<span><i class="${kind}"></i>${words}</span>`);
  return `<div class="legend">${legend.join('')}</div>${content}`;
}

function notes({ notes, rows }: Report): string {
  const list = (title: string, lines: readonly string[]) =>
    lines.length === 0
      ? ''
      : `<div><h3>${escapeHtml(title)}</h3><ul>${lines.map((line) => `<li>${escapeHtml(line)}`).join('')}</ul></div>`;
  const all = [list('All profiles', notes), ...rows.map((row) => list(row.profile, notesOf(row)))].join('');
  return all === '' ? '' : `<div class="card"><div class="notes">${all}</div></div>`;
}
