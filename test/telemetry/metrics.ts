import type { TestNode } from '../support/node.ts';

/** Reads the number of a series of a node, as Prometheus names it; NaN: there is none. */
export async function readMetrics(node: Pick<TestNode, 'get'>): Promise<(series: string) => number> {
  const { text } = await node.get('/metrics');
  const lines = text.split('\n').map((line) => line.split(/ (?=[^ ]*$)/) as [string, string]);
  const numbers = new Map(lines);
  return (series) => Number(numbers.get(series) ?? Number.NaN);
}
