import { escapeHtml } from '../../src/http/pages/page.ts';
import type { Row } from '../summary.ts';
import { boundOf, formatValue, type Target, verdictOf } from '../target.ts';
import { linearScale } from './scale.ts';
import { drawing, element, hint, line } from './svg.ts';

const WIDTH = 200;
const HEIGHT = 16;
/** Half of the dot. */
const EDGE = 5;

/** Every target with its value, drawn on a line that has what is asked for in its middle. */
export function targetsTable(rows: readonly Row[]): string {
  const lines = rows.flatMap(({ profile, targets }) =>
    targets.map((target, i) => lineOf(i === 0 ? profile : null, target)),
  );
  if (lines.length === 0) return '';
  const head = '<th>profile<th>what<th><th class="n">value<th class="n">has to be<th>';
  return `<div class="card"><table><thead><tr>${head}</thead><tbody>${lines.join('')}</tbody></table></div>`;
}

/** The name of a profile stands at its first target alone. */
function lineOf(profile: string | null, target: Target): string {
  const kind = kindOf(target);
  const cells = [
    `<td class="p">${escapeHtml(profile ?? '')}`,
    `<td class="w">${escapeHtml(target.name)}`,
    `<td>${bullet(target)}`,
    `<td class="n">${formatValue(target.value)}`,
    `<td class="n w">${boundOf(target)}`,
    `<td class="${kind}">${{ reached: '✓', missed: '✗', unknown: '–' }[kind]} ${verdictOf(target)}`,
  ];
  return `<tr${profile === null ? '' : ' class="first"'}>${cells.join('')}`;
}

function kindOf({ reached }: Target): 'reached' | 'missed' | 'unknown' {
  return reached === null ? 'unknown' : reached ? 'reached' : 'missed';
}

/** What is well is shaded: the right half where much is asked for, the left half where little is. */
function bullet(target: Target): string {
  const { value, least, most } = target;
  const bound = least ?? most ?? 0;
  // Nothing at all is asked for: the bound lies at the left end, and whatever there is lies right of it.
  const x = linearScale({ domain: [0, bound === 0 ? 1 : 2 * bound], range: [EDGE, WIDTH - EDGE] });
  const middle = HEIGHT / 2;
  const [from, to] = least === undefined ? [0, x(bound)] : [x(bound), WIDTH];
  const bar = (kind: string, begin: number, end: number) =>
    element('rect', { class: kind, x: begin, y: middle - 3, width: Math.max(0, end - begin), height: 6, rx: 3 });
  const dot = element('circle', {
    class: target.reached === false ? 'dot bad' : 'dot',
    cx: x(value ?? 0),
    cy: middle,
    r: EDGE - 0.5,
  });
  const told = `${target.name}: ${formatValue(value)}, ${boundOf(target)}, ${verdictOf(target)}`;
  return drawing(
    { width: WIDTH, height: HEIGHT, label: told },
    hint(told),
    bar('track', 0, WIDTH),
    bar('good', from, to),
    line([x(bound), 1], [x(bound), HEIGHT - 1], 'bound'),
    ...(value === null ? [] : [dot]),
  );
}
