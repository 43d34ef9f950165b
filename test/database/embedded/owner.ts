// A process that owns an embedded server: it says what happens as lines of JSON, and closes when its input ends.
import { startEmbeddedPostgres } from '../../../src/database/embedded/embedded-postgres.ts';

const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
const dataDir = process.argv[2] ?? '';

try {
  const server = await startEmbeddedPostgres({ dataDir, log: (log) => say({ log }) });
  say({ url: server.url('postgres'), pid: server.pid });
  process.stdin.resume().once('end', async () => {
    await server.close();
    say({ log: 'closed' });
  });
} catch (error) {
  say({ error: (error as Error).message });
}
