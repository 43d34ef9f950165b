/** A node of the demo, and the right to write to it. */
export interface NodeAccess {
  readonly url: string;
  readonly operatorToken: string;
}

/** One call of a node's HTTP interface that must go well; answers its text. */
export async function callNode(
  node: NodeAccess,
  path: string,
  { method, type, body }: { method: string; type?: string; body?: string },
): Promise<string> {
  const headers = {
    authorization: `Bearer ${node.operatorToken}`,
    ...(type === undefined ? {} : { 'content-type': type }),
  };
  const answer = await fetch(`${node.url}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${node.url}${path}: ${answer.status} ${text.slice(0, 500)}`);
  return text;
}
