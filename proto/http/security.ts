import type { Operation } from './operation.ts';

/** How a caller proves who it is. */
export const securitySchemes = {
  bearer: { type: 'http', scheme: 'bearer', description: 'A token of this node: kapok_ and 43 characters' },
  oidc: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'An access token of an OpenID Connect issuer that the node trusts',
  },
  basic: {
    type: 'http',
    scheme: 'basic',
    description: 'INDEX:HANDLE of an HS_SECKEY value, both percent-encoded, and its secret',
  },
  handle: { type: 'http', scheme: 'handle', description: "Challenge and response of Handle's REST interface" },
  node: {
    type: 'apiKey',
    in: 'header',
    name: 'Signature',
    description: "Another node's signature (RFC 9421), with Signature-Input",
  },
} as const;

/** What anyone may do needs none; where a credential shows more, it may be brought. */
export function securityOf({ permission, tag }: Operation): readonly object[] {
  const any = Object.keys(securitySchemes).map((name) => ({ [name]: [] }));
  if (permission !== 'public') return any;
  return tag === 'Service' ? [] : [{}, ...any];
}
