import { escapeHtml } from '../../src/http/pages/page.ts';
import type { Row } from '../summary.ts';
import { COLUMNS, cellOf } from '../table.ts';
import { logScale, type PageScale } from './scale.ts';
import { drawing, element, hint, line, text } from './svg.ts';

const WIDTH = 210;
const HEIGHT = 20;
/** Where a line is drawn, as far as ratios reach. */
const TICKS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100];

/** The numbers of the terminal's table, with the ratios of all rounds drawn. */
export function ratesTable(rows: readonly Row[]): string {
  const ratios = rows.flatMap((row) => (row.status === 'ok' ? known(row) : []));
  const domain = [Math.min(0.3, ...ratios) * 0.8, Math.max(1, ...ratios) * 1.4] as const;
  const x = logScale({ domain, range: [4, WIDTH - 4] });
  const ticks = TICKS.filter((tick) => tick >= domain[0] && tick <= domain[1]);
  const [first, ...others] = COLUMNS;
  const head = [
    `<th>${first?.title}`,
    `<th>${axis(ticks, x)}`,
    ...others.map(({ title }) => `<th class="n">${escapeHtml(title)}`),
  ];
  const lines = rows.map((row) => {
    const cells = others.map(
      (column) => `<td class="n${kindOf(row, column.title)}">${escapeHtml(cellOf(row, column))}`,
    );
    return `<tr class="first"><td class="p">${escapeHtml(row.profile)}<td>${ratioLine(row, { ticks, x })}${cells.join('')}`;
  });
  return `<div class="card"><table><thead><tr>${head.join('')}</thead><tbody>${lines.join('')}</tbody></table></div>`;
}

function kindOf({ status }: Row, column: string): string {
  return status === 'failed' && column === 'per second' ? ' failed' : '';
}

function known({ ratio, ratios }: Row): number[] {
  return [ratio, ...ratios].filter((value): value is number => value !== null && value > 0);
}

function axis(ticks: readonly number[], x: PageScale): string {
  const marks = ticks.map((tick) => text(x(tick), 11, String(tick), { 'text-anchor': 'middle' }));
  return drawing({ width: WIDTH, height: 14, label: 'ratio, on a logarithmic scale' }, ...marks);
}

/** Each round faint, their median full, that of a target with its bound. */
function ratioLine(row: Row, { ticks, x }: { ticks: readonly number[]; x: PageScale }): string {
  const { profile, ratio, ratios, status, ofBare } = row;
  const grid = ticks.map((tick) => line([x(tick), 0], [x(tick), HEIGHT], tick === 1 ? 'one' : 'grid'));
  if (status !== 'ok' || ratio === null)
    return drawing({ width: WIDTH, height: HEIGHT, label: `${profile}: no ratio` }, ...grid);
  const dot = (value: number, kind: string, r: number) =>
    element('circle', { class: kind, cx: x(value), cy: HEIGHT / 2, r });
  const missed = ofBare !== undefined && ratio < ofBare.rate;
  const told = `${profile}: ${ratio.toFixed(2)}, rounds ${ratios.map((one) => one?.toFixed(2) ?? '–').join(', ')}`;
  return drawing(
    { width: WIDTH, height: HEIGHT, label: told },
    hint(told),
    ...grid,
    ...(ofBare === undefined ? [] : [line([x(ofBare.rate), 2], [x(ofBare.rate), HEIGHT - 2], 'bound')]),
    ...ratios.flatMap((one) => (one === null ? [] : [dot(one, 'faint', 4)])),
    dot(ratio, missed ? 'dot bad' : 'dot', 4.5),
  );
}
