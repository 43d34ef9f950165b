import { Value } from 'typebox/value';
import type { Operation } from '../../proto/http/operation.ts';
import { operations } from '../../proto/http/operations.ts';
import type { Answer } from './call.ts';

const routes = operations.map((operation) => ({ operation, pattern: patternOf(operation) }));

/** Throws when a node gave an answer that its operation does not describe: what is in OpenAPI and in the client must be true. */
export function assertDescribed(method: string, path: string, { status, headers, json }: Answer): void {
  if (status < 200 || status > 299 || !/[/+]json(;|$)/.test(String(headers['content-type']))) return;
  const target = path.split('?', 1)[0] as string;
  const { operation } = routes.find((one) => one.operation.method === method && one.pattern.test(target)) ?? {};
  if (operation === undefined) return;
  const answer = operation.answers[status];
  if (answer === undefined) throw new Error(`${operation.id} answers ${status}, which it does not describe`);
  if (answer.schema === undefined || Value.Check(answer.schema, json)) return;
  const [first] = Value.Errors(answer.schema, json);
  throw new Error(`${operation.id} answers ${status} not as described: ${JSON.stringify(first)}`);
}

function patternOf({ path }: Operation): RegExp {
  const parts = path.split(/(\{\+?\w+\})/).map((part) => {
    if (part.startsWith('{+')) return '.+';
    return part.startsWith('{') ? '[^/]+' : part.replaceAll('.', '\\.');
  });
  return new RegExp(`^${parts.join('')}$`);
}
