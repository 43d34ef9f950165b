import type { Config } from '../config/config.ts';
import type { Database } from '../database/database.ts';
import type { Scheme } from './authenticator.ts';
import { bearerScheme } from './bearer-scheme.ts';
import { basicScheme, handleScheme } from './handle/handle-schemes.ts';
import type { KeyRecords } from './handle/prove-key.ts';
import type { NodeKey } from './node-key.ts';
import { nodeScheme } from './node-scheme.ts';
import { oidcScheme } from './oidc/oidc-scheme.ts';
import { TokenVerifier } from './oidc/token-verifier.ts';

export interface SchemesOptions {
  readonly config: Pick<Config, 'oidcIssuers' | 'oidcAudience'>;
  readonly database: Database;
  readonly keys: KeyRecords;
  readonly nodeKey: NodeKey;
  readonly now: () => number;
}

/** The ways in which a caller can prove who it is, the usual ones first. */
export function createSchemes({ config, database, keys, nodeKey, now }: SchemesOptions): Scheme[] {
  const { oidcIssuers: issuers, oidcAudience: audience } = config;
  const verifier = audience === null ? null : new TokenVerifier({ issuers, audience, now });
  return [
    bearerScheme(database),
    handleScheme({ database, keys }),
    basicScheme({ database, keys }),
    nodeScheme(database, { key: nodeKey, now }),
    ...(verifier === null ? [] : [oidcScheme(database, verifier)]),
  ];
}
