import type { Config } from '../../config/config.ts';
import type { Logger } from '../logger.ts';
import type { Traces } from './traces.ts';

/** Null: nothing is followed, and what would be needed for it is not loaded. */
export async function findTraces(
  { traces }: Pick<Config, 'traces'>,
  about: { readonly node: string; readonly log: Logger },
): Promise<Traces | null> {
  if (traces === null) return null;
  const { OpenTelemetryTraces } = await import('./open-telemetry-traces.ts');
  return new OpenTelemetryTraces({ ...traces, ...about });
}
