/** Set on the command line, where nothing kept in the cluster overrides them. The others are PostgreSQL's defaults. */
const SETTINGS = {
  // Loopback alone, and no socket file that a path length or a shared /tmp could spoil.
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  // A whole tree of 13 nodes shares one server, each with its pools.
  max_connections: '300',
  shared_buffers: '128MB',
  // An acknowledged row is on the disk.
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  password_encryption: 'scram-sha-256',
  // Our file receives stderr. A failed statement is the client's to report: here, duplicates could fill the disk.
  logging_collector: 'off',
  log_destination: 'stderr',
  log_min_messages: 'log',
} as const satisfies Record<string, string>;

export interface ServerSettings {
  readonly cluster: string;
  readonly port: number;
  /** Shown in the titles of the server's processes. */
  readonly name: string;
}

export function serverArguments({ cluster, port, name }: ServerSettings): string[] {
  const settings = Object.entries({ ...SETTINGS, cluster_name: name, update_process_title: 'on' });
  return ['-D', cluster, '-p', `${port}`, ...settings.flatMap(([key, value]) => ['-c', `${key}=${value}`])];
}
