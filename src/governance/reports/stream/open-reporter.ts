import type { Config } from '../../../config/config.ts';
import type { Site } from '../../../record/site.ts';
import type { Logger } from '../../../telemetry/logger.ts';
import { Reporter, type ReporterOptions } from './reporter.ts';

/** The longest time between two looks at what is to be reported, in milliseconds. */
const REPORT_EVERY = 30_000;

export interface OpeningReporter extends Omit<ReporterOptions, 'own' | 'every' | 'onError' | 'hopTimeout'> {
  readonly config: Config;
  readonly ownSite: () => Site;
  readonly now: () => number;
  readonly log: Logger;
}

/** null: a node without a prefix has nothing to report. */
export function openReporter({ config, ownSite, now, log, ...parts }: OpeningReporter): Reporter | null {
  const { prefix: own, capabilities, hopTimeout, reconcileEvery } = config;
  if (own === null) return null;
  return new Reporter({
    ...{ ...parts, hopTimeout, every: Math.min(REPORT_EVERY, reconcileEvery * 1000) },
    own: () => ({ own, site: ownSite(), delegates: capabilities.has('delegates'), now: now() }),
    onError: (err, what) => log.warn({ err, what }, 'reports cannot be kept up'),
  });
}
