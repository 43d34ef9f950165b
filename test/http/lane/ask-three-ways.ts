import type { Test } from 'tap';
import { connectTo } from './client.ts';

/** A condition that never holds: it takes a request the way of the framework, and changes nothing else. */
export const BY_FRAMEWORK = { 'if-none-match': '"none"' };

/** Its header fields in one order: that in which they come says nothing. */
function inOrder({ head, body }: { head: string; body: string }) {
  const [line, ...fields] = head.split('\r\n');
  const named = fields.map((field) => field.replace(/^[^:]+/, (name) => name.toLowerCase()));
  return { head: [line, ...named.sort()].join('\n'), body };
}

/** What is answered over a connection that node:http has not read, over one that it reads, and by the framework. */
export async function askThreeWays(t: Test, url: string, target: string) {
  const { port } = new URL(url);
  const [lane, node] = [await connectTo(t, port), await connectTo(t, port)];
  // The lane leaves it to node:http, and its connection with it.
  await node.ask('/health/live');
  const answers = {
    lane: inOrder(await lane.ask(target)),
    node: inOrder(await node.ask(target)),
    framework: inOrder(await node.ask(target, ...Object.entries(BY_FRAMEWORK).map((field) => field.join(': ')))),
  };
  for (const { socket } of [lane, node]) socket.destroy();
  return answers;
}
