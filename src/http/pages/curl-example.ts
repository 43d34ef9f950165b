import type { Operation } from '../../../proto/http/operation.ts';
import { exampleOf } from './schema-example.ts';

/** What examples put for the parameter of a path or a query. */
const SAMPLES: Readonly<Record<string, string>> = {
  identifier: '88.101.1001/PUMP-1',
  handle: '88.101.1001/PUMP-1',
  template: '88.101.1001/pump',
  prefix: '88.101.1001',
  id: '0198f3c2-7d1e-7c3a-9a51-3f1d2b7c4e10',
  sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
  bucket: '0',
  q: '水泵',
  name: 'drawing.pdf',
};

/** A call as one types it; `$KAPOK` is the node, `$TOKEN` the token. */
export function curlExample({ method, path, query = {}, permission, body, upload }: Operation): string {
  const target = path.replace(/\{\+?(\w+)\}/g, (_, name: string) => SAMPLES[name] ?? name);
  const required = Object.entries(query).filter(([, parameter]) => parameter.required);
  const search = required.map(([name]) => `${name}=${encodeURIComponent(SAMPLES[name] ?? 'text')}`).join('&');
  const parts = [
    `curl${method === 'GET' ? '' : ` -X ${method}`} "$KAPOK${target}${search === '' ? '' : `?${search}`}"`,
    ...(permission === 'public' ? [] : ['-H "Authorization: Bearer $TOKEN"']),
    ...(upload === undefined ? [] : [`-H "Content-Type: ${upload[0]}" --data-binary @FILE`]),
    ...(body === undefined || upload !== undefined
      ? []
      : ['-H "Content-Type: application/json"', `-d '${JSON.stringify(exampleOf(body, SAMPLES))}'`]),
  ];
  return parts.join(' \\\n  ');
}
