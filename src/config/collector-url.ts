/** Where a collector takes traces by OTLP over HTTP. Without a path, that of the specification (OTLP 1.x, "OTLP/HTTP Request"). Throws the reason. */
export function parseCollectorUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isHttp = url !== null && (url.protocol === 'http:' || url.protocol === 'https:');
  if (!isHttp || url.username !== '' || url.password !== '' || /[?#]/.test(text))
    throw new Error('must be http:// or https://, a host, and perhaps a port and a path, without a password, ? and #');
  return url.pathname === '/' ? `${url.origin}/v1/traces` : url.href;
}
