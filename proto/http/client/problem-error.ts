/** A request that a node refused, or that did not reach it. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  /** One of the node's catalogue; `UPSTREAM_UNREACHABLE` when there was no answer, `UPSTREAM_INVALID` when it was no node’s. */
  readonly code: string;
  /** 0 when no node answered. */
  readonly status: number;
  readonly responseCode: number | undefined;
  readonly at: string | undefined;
  readonly subject: string | undefined;
  readonly successor: string | undefined;
  /** What the node answered, whatever its shape. */
  readonly body: unknown;

  constructor(status: number, body: unknown, cause?: unknown) {
    const said = isObject(body) ? body : {};
    const text = (name: string) => (typeof said[name] === 'string' ? said[name] : undefined);
    // Problem details say "detail", Handle's interface says "message".
    super(text('detail') ?? text('message') ?? `HTTP status ${status}`, cause === undefined ? undefined : { cause });
    this.code = text('code') ?? `HTTP_${status}`;
    this.status = status;
    this.responseCode = typeof said.responseCode === 'number' ? said.responseCode : undefined;
    this.at = text('at');
    this.subject = text('subject') ?? text('handle');
    this.successor = text('successor');
    this.body = body;
  }
}

function isObject(body: unknown): body is Record<string, unknown> {
  return typeof body === 'object' && body !== null;
}
