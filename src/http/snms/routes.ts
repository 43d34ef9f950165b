import type { FastifyInstance } from 'fastify';
import type { Services } from '../services.ts';
import { batchRoutes } from './batch.ts';
import { dataRoutes } from './data.ts';
import { entConfigRoutes } from './ent-config.ts';
import { sendFailure } from './envelope.ts';
import { identityRoutes } from './identity.ts';
import { prefixRoutes } from './prefixes.ts';
import { templateRoutes } from './templates.ts';

/**
 * The interface that second-level nodes are deployed with, for clients that are written to it. It stands on the same services as
 * everything else, and nothing stands on it: without this folder and its lines in `app.ts` and `operations.ts` it is gone.
 */
export function snmsRoutes(app: FastifyInstance, services: Services): void {
  app.register((scope, _options, registered) => {
    scope.setErrorHandler(sendFailure);
    identityRoutes(scope, services);
    dataRoutes(scope, services);
    batchRoutes(scope, services);
    templateRoutes(scope, services);
    prefixRoutes(scope, services);
    entConfigRoutes(scope, services);
    registered();
  });
}
