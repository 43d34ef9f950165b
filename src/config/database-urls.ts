const PROTOCOLS = ['postgres:', 'postgresql:'];
const PORT = /^\d{1,5}$/;
/** What libpq calls the server of several that is looked for (PostgreSQL, "Database Connection Control Functions"). */
const WANTED = ['read-write', 'primary'];

/**
 * The URL of each server that a connection URI of libpq names: `postgres://user@a:1,b:2/db?target_session_attrs=read-write`.
 * Of several the one that takes writes is meant. Throws the reason.
 */
export function parseDatabaseUrls(text: string): string[] {
  const { scheme = '', user = '', hosts = '', rest = '' } = SHAPE.exec(text)?.groups ?? {};
  const urls = hosts.split(',').map((host) => `${scheme}//${user}${host}${rest}`);
  if (!PROTOCOLS.includes(scheme) || !urls.every((url) => URL.canParse(url)))
    throw new Error(
      `must be a URL that begins with ${PROTOCOLS.map((protocol) => `${protocol}//`).join(' or ')}; several hosts have a comma between`,
    );
  if (urls.length > 1 && hosts.split(',').some((host) => !isHost(host)))
    throw new Error('must name a host, and perhaps a port, before and after each comma');
  const single = urls.map((url) => new URL(url));
  const [wanted = 'read-write'] = single.map(
    ({ searchParams }) => searchParams.get('target_session_attrs') ?? undefined,
  );
  if (!WANTED.includes(wanted)) throw new Error(`target_session_attrs must be one of ${WANTED.join(', ')}`);
  if (urls.length === 1 && !single[0]?.searchParams.has('target_session_attrs')) return urls;
  for (const { searchParams } of single) searchParams.delete('target_session_attrs');
  return single.map(({ href }) => href);
}

const SHAPE = /^(?<scheme>[a-z]+:)\/\/(?<user>[^/?#]*@)?(?<hosts>[^/?#@]*)(?<rest>.*)$/s;

function isHost(host: string): boolean {
  const [, name = '', port = '5432'] = /^(\[[0-9a-fA-F:.]+\]|[^:]*)(?::(.*))?$/.exec(host) ?? [];
  return name !== '' && PORT.test(port);
}

/** Replicas are read one by one: each has a URL of its own. */
export function parseReplicaUrls(text: string): string[] {
  const urls = text.split(/,(?=\s*[a-z]+:\/\/)/).map((item) => item.trim());
  for (const url of urls) if (parseDatabaseUrls(url).length > 1) throw new Error('must be one URL for each replica');
  return urls;
}
