/** Where an issuer describes itself (OpenID Connect Discovery 1.0 §4): below its path, not at the root of the host. */
export function discoveryUrl(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
}
