import type { Profile } from '../profile.ts';
import { absent } from './absent.ts';
import { batch } from './batch.ts';
import { bulkImport } from './bulk-import.ts';
import { databaseSlow } from './database-slow.ts';
import { databaseStopped } from './database-stopped.ts';
import { memory } from './memory.ts';
import { memoryHit } from './memory-hit.ts';
import { observability } from './observability.ts';
import { overload } from './overload.ts';
import { postgresHit } from './postgres-hit.ts';
import { queryPages } from './query-pages.ts';
import { redirect } from './redirect.ts';
import { redisHit } from './redis-hit.ts';
import { redisSlow } from './redis-slow.ts';
import { redisStopped } from './redis-stopped.ts';
import { scaleDelegations } from './scale-delegations.ts';
import { scaleIdentifiers } from './scale-identifiers.ts';
import { search } from './search.ts';
import { stale } from './stale.ts';
import { threeHop } from './three-hop.ts';
import { uniform } from './uniform.ts';
import { workers } from './workers.ts';
import { writeMix } from './write-mix.ts';
import { zipf } from './zipf.ts';

/** In the order of the table. */
export const PROFILES: readonly Profile[] = [
  memoryHit,
  redisHit,
  postgresHit,
  zipf,
  uniform,
  scaleIdentifiers,
  scaleDelegations,
  absent,
  threeHop,
  batch,
  redirect,
  writeMix,
  observability,
  workers,
  overload,
  databaseSlow,
  databaseStopped,
  redisSlow,
  redisStopped,
  stale,
  memory,
  bulkImport,
  queryPages,
  search,
];
