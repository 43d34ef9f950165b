import { escapeHtml } from '../../src/http/pages/page.ts';
import { medianOf } from '../statistics.ts';
import type { Row } from '../summary.ts';
import { milliseconds } from '../table.ts';
import { decades, decadesAround, linearScale, logScale } from './scale.ts';
import { drawing, element, hint, line, type Point, pathOf, text } from './svg.ts';

const WIDTH = 280;
const HEIGHT = 170;
const [LEFT, RIGHT, TOP, BOTTOM] = [40, 8, 8, 22];
const TICKS = [50, 90, 99, 99.9, 99.99];
/** Those whose milliseconds stand above. */
const DOTS = [50, 99, 99.9];

type Curve = readonly (readonly [percentile: number, milliseconds: number])[];

/** A panel for each profile, all on one scale: what the slowest of a hundred, of a thousand, of ten thousand waited. */
export function latencyPanels(rows: readonly Row[]): string {
  const [bare, ...profiles] = rows;
  const shown = profiles.filter((row) => row.status === 'ok' && curvesOf(row).length > 0);
  if (shown.length === 0) return '';
  const beside = bare === undefined ? [] : medianCurve(curvesOf(bare));
  const all = [beside, ...shown.flatMap(curvesOf)].flatMap((curve) => curve.map(([, value]) => value));
  const domain = decadesAround(all, [0.1, 100]);
  const panels = shown.map((row) => {
    const numbers = `p50 ${milliseconds(row.p50)} · p99 ${milliseconds(row.p99)} · p99.9 ${milliseconds(row.p999)} ms`;
    const label = `latency of ${row.profile}: ${numbers}`;
    return `<div class="card"><h3>${escapeHtml(row.profile)}</h3><small>${numbers}</small>${panel(row, { beside, domain, label })}</div>`;
  });
  return `<div class="panels">${panels.join('')}</div>`;
}

interface Panel {
  readonly beside: Curve;
  readonly domain: readonly [number, number];
  readonly label: string;
}

function panel(row: Row, { beside, domain, label }: Panel): string {
  const x = linearScale({ domain: [0, 4], range: [LEFT, WIDTH - RIGHT] });
  const y = logScale({ domain, range: [HEIGHT - BOTTOM, TOP] });
  // As many nines as a percentile has, so much further right.
  const at = ([percentile, value]: Curve[number]): Point => [x(-Math.log10(1 - percentile / 100)), y(value)];
  const drawn = (curve: Curve, kind: string) => element('path', { class: kind, d: pathOf(curve.map(at)) });
  const curves = curvesOf(row);
  const median = medianCurve(curves);
  return drawing(
    { width: WIDTH, height: HEIGHT, label },
    hint(label),
    ...decades(domain).flatMap((tick) => [
      line([LEFT, y(tick)], [WIDTH - RIGHT, y(tick)], 'grid'),
      text(LEFT - 6, y(tick) + 4, tick >= 1000 ? `${tick / 1000} s` : String(tick), { 'text-anchor': 'end' }),
    ]),
    ...TICKS.flatMap((tick) => {
      const [left] = at([tick, 1]);
      return [
        line([left, TOP], [left, HEIGHT - BOTTOM], 'grid'),
        text(left, HEIGHT - 6, String(tick), { 'text-anchor': 'middle' }),
      ];
    }),
    drawn(beside, 'beside'),
    ...(curves.length > 1 ? curves.map((curve) => drawn(curve, 'thin')) : []),
    drawn(median, 'curve'),
    ...median
      .filter(([percentile]) => DOTS.includes(percentile))
      .map((point) => {
        const [cx, cy] = at(point);
        return element('circle', { class: 'dot', cx, cy, r: 3 });
      }),
  );
}

function curvesOf({ rounds }: Row): Curve[] {
  return rounds.flatMap(({ latency }) => (latency === null ? [] : [latency.curve]));
}

/** All have the same percentiles. */
function medianCurve(curves: readonly Curve[]): Curve {
  const [first = []] = curves;
  return first.map(([percentile], i) => [percentile, medianOf(curves.map((curve) => curve[i]?.[1])) ?? 0] as const);
}
