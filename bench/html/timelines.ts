import { escapeHtml } from '../../src/http/pages/page.ts';
import type { Moment } from '../load.ts';
import type { Timeline } from '../profile.ts';
import type { Row } from '../summary.ts';
import { milliseconds } from '../table.ts';
import { decades, decadesAround, linearScale, logScale, type PageScale, roundSteps } from './scale.ts';
import { drawing, element, hint, line, type Point, pathOf, text } from './svg.ts';

const WIDTH = 1080;
const [LEFT, RIGHT] = [52, 10];
/** Of the answers, and of the slowest below them. */
const COUNTS = { top: 20, bottom: 110 } as const;
const SLOWEST = { top: 128, bottom: 208 } as const;
const HEIGHT = 232;

/** What became of the requests of each tenth of a second, while something was done to the servers. */
export function timelines(rows: readonly Row[]): string {
  const shown = rows.flatMap((row) => {
    const timeline = row.status === 'ok' ? row.rounds.findLast((round) => round.timeline)?.timeline : undefined;
    return timeline === undefined || timeline.moments.length === 0 ? [] : [{ row, timeline }];
  });
  if (shown.length === 0) return '';
  const cards = shown.map(({ row, timeline }) => {
    const notes = row.rounds.at(-1)?.notes ?? [];
    return `<div class="card"><h3>${escapeHtml(row.profile)}</h3><small>${escapeHtml(notes.join(' · '))}</small>${plot(row.profile, timeline)}</div>`;
  });
  return `<div class="wide">${cards.join('')}</div>`;
}

function plot(profile: string, { moments, marks }: Timeline): string {
  const width = (moments[1]?.at ?? 0.1) - (moments[0]?.at ?? 0);
  const end = (moments.at(-1)?.at ?? 0) + width;
  const x = linearScale({ domain: [0, end], range: [LEFT, WIDTH - RIGHT] });
  const [from, to] = [marks[0]?.at, marks.at(-1)?.at];
  const zone =
    from === undefined || to === undefined
      ? []
      : [
          element('rect', {
            class: 'zone',
            x: x(from),
            y: COUNTS.top,
            width: x(to) - x(from),
            height: SLOWEST.bottom - COUNTS.top,
          }),
        ];
  const words = marks.flatMap(({ at, what }) => [
    line([x(at), COUNTS.top], [x(at), SLOWEST.bottom], 'mark'),
    text(x(at) + 4, COUNTS.top - 7, what, { class: 'strong' }),
  ]);
  const seconds = roundSteps(end).map((tick) =>
    text(x(tick), HEIGHT - 6, `${shortNumber(tick)} s`, { 'text-anchor': 'middle' }),
  );
  return drawing(
    { width: WIDTH, height: HEIGHT, label: `answers and the slowest of each tenth of a second, ${profile}` },
    ...zone,
    ...counts(moments, { x, width }),
    ...slowest(moments, { x, width }),
    ...words,
    ...seconds,
  );
}

interface Across {
  readonly x: PageScale;
  /** Seconds of a moment. */
  readonly width: number;
}

/** Requests a second, one kind upon the other. */
function counts(moments: readonly Moment[], { x, width }: Across): string[] {
  const rate = (count: number) => count / width;
  const most = Math.max(1, ...moments.map(({ fresh, stale, failed }) => rate(fresh + stale + failed)));
  const y = linearScale({ domain: [0, most], range: [COUNTS.bottom, COUNTS.top] });
  const ticks = roundSteps(most).flatMap((tick) => [
    line([LEFT, y(tick)], [WIDTH - RIGHT, y(tick)], 'grid'),
    text(LEFT - 6, y(tick) + 4, shortNumber(tick), { 'text-anchor': 'end' }),
  ]);
  const columns = moments.map(({ at, fresh, stale, failed, slowest }) => {
    const parts = [
      { kind: 'fresh', count: fresh, below: 0 },
      { kind: 'stale', count: stale, below: fresh },
      { kind: 'lost', count: failed, below: fresh + stale },
    ].filter(({ count }) => count > 0);
    const told = `${at.toFixed(1)} s: ${fresh} fresh, ${stale} stale, ${failed} failed, slowest ${milliseconds(slowest)} ms`;
    const drawn = parts.map(({ kind, count, below }) => {
      const top = y(rate(below + count));
      const box = { x: x(at), y: top, width: Math.max(0.5, x(at + width) - x(at) - 0.6), height: y(rate(below)) - top };
      return element('rect', { class: kind, ...box });
    });
    return element('g', {}, hint(told), ...drawn);
  });
  return [...ticks, text(LEFT, COUNTS.top - 7, 'requests a second'), ...columns];
}

function slowest(moments: readonly Moment[], { x, width }: Across): string[] {
  const domain = decadesAround(
    moments.map((moment) => moment.slowest),
    [1, 10],
  );
  const y = logScale({ domain, range: [SLOWEST.bottom, SLOWEST.top] });
  const points = moments.map((moment): Point => [x(moment.at + width / 2), y(moment.slowest)]);
  const ticks = decades(domain).flatMap((tick) => [
    line([LEFT, y(tick)], [WIDTH - RIGHT, y(tick)], 'grid'),
    text(LEFT - 6, y(tick) + 4, tick >= 1000 ? `${tick / 1000} s` : `${tick} ms`, { 'text-anchor': 'end' }),
  ]);
  return [
    ...ticks,
    text(LEFT, SLOWEST.top - 5, 'the slowest of each tenth of a second'),
    element('path', { class: 'curve', d: pathOf(points) }),
  ];
}

function shortNumber(value: number): string {
  return String(Math.round(value * 100) / 100);
}
