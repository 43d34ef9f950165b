import { type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** JSON lines on standard output. Whatever could hold a credential is cut out, wherever it is logged. */
export function createLogger({ level, node }: { level: string; node: string }): Logger {
  return pino({
    level,
    base: { node, pid: process.pid },
    serializers: { err: describeError },
    redact: ['req.headers.authorization', 'headers.authorization', 'authorization', 'token', 'password'],
  });
}

/** An error as the log shows it. PostgreSQL adds the row that it refused, which may hold what is private. */
export function describeError(error: Error): object {
  const { detail: _detail, where: _where, ...told } = pino.stdSerializers.err(error);
  return told;
}
