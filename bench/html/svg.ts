import { escapeHtml } from '../../src/http/pages/page.ts';

type Attributes = Readonly<Record<string, string | number>>;

/** An element of SVG; what it holds is SVG already. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const told = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeHtml(String(shortened(value)))}"`);
  const inner = children.join('');
  return inner === '' ? `<${name}${told.join('')}/>` : `<${name}${told.join('')}>${inner}</${name}>`;
}

/** What is drawn, and what is said to whoever cannot see it. */
export function drawing(
  { width, height, label }: { width: number; height: number; label: string },
  ...children: readonly string[]
): string {
  const box = { viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': label };
  return element('svg', box, ...children);
}

export function text(x: number, y: number, words: string, more: Attributes = {}): string {
  return element('text', { x, y, ...more }, escapeHtml(words));
}

export function line([x1, y1]: Point, [x2, y2]: Point, kind: string): string {
  return element('line', { x1, y1, x2, y2, class: kind });
}

export type Point = readonly [x: number, y: number];

/** Through all points; empty of none. */
export function pathOf(points: readonly Point[]): string {
  return points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${shortened(x)} ${shortened(y)}`).join('');
}

/** Told when a pointer rests on it. */
export function hint(words: string): string {
  return `<title>${escapeHtml(words)}</title>`;
}

/** A hundredth of a pixel is seen by nobody. */
function shortened(value: string | number): string | number {
  return typeof value === 'number' ? Math.round(value * 100) / 100 : value;
}
