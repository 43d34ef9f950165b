import { type FastifyInstance, fastify, LogController } from 'fastify';
import { KapokError } from '../errors/kapok-error.ts';
import { BODY_CHECKS } from './check-body.ts';
import { clientErrorHandler } from './client-error.ts';
import { handleError } from './errors.ts';
import { followRequests } from './follow-requests.ts';
import { createHttpServer } from './http-server.ts';
import { readJsonAlone } from './json-body.ts';
import { createLane } from './lane/express-lane.ts';
import { createFollowedLane } from './lane/followed-lane.ts';
import { MemoryHits } from './lane/memory-hits.ts';
import { createHeadTest } from './lane/plain-head.ts';
import { createRequestLane } from './lane/request-lane.ts';
import { limitRequests } from './limits/limits.ts';
import { ResolutionLimit } from './limits/resolution-limit.ts';
import { refuse } from './limits/show-limit.ts';
import { createObserver, observeRequests } from './observe-requests.ts';
import { peerOf } from './peer.ts';
import { requireOperations } from './route.ts';
import { allotmentRuleRoutes } from './routes/allotment-rules.ts';
import { allotmentRoutes } from './routes/allotments.ts';
import { attachmentRoutes } from './routes/attachments.ts';
import { auditRoutes } from './routes/audit.ts';
import { batchRegister } from './routes/batch-register.ts';
import { batchResolve } from './routes/batch-resolve.ts';
import { changeRoutes } from './routes/changes.ts';
import { computedRoutes } from './routes/computed.ts';
import { enrolmentRoutes } from './routes/enrolments.ts';
import { escrowRoutes } from './routes/escrow.ts';
import { feedRoutes } from './routes/feed.ts';
import { fileRoutes } from './routes/files.ts';
import { filingRoutes } from './routes/filings.ts';
import { getHandle } from './routes/get-handle.ts';
import { grantRoutes } from './routes/grants.ts';
import { historyRoutes } from './routes/history.ts';
import { holidayRoutes } from './routes/holidays.ts';
import { identifierRoutes } from './routes/identifiers.ts';
import { iiidapRoutes } from './routes/iiidap.ts';
import { importRoutes } from './routes/imports.ts';
import { listHandles } from './routes/list-handles.ts';
import { loginRoutes } from './routes/login.ts';
import { memberRoutes } from './routes/members.ts';
import { monitoringRoutes } from './routes/monitoring.ts';
import { moveRoutes } from './routes/moves.ts';
import { noticeRoutes } from './routes/notices.ts';
import { collectMethods } from './routes/options.ts';
import { organisationRoutes } from './routes/organisations.ts';
import { prefixRoutes } from './routes/prefixes.ts';
import { queryRoutes } from './routes/query.ts';
import { redirectRoutes } from './routes/redirect.ts';
import { referenceRoutes } from './routes/reference.ts';
import { reportStreamRoutes } from './routes/report-stream.ts';
import { reportRoutes } from './routes/reports.ts';
import { resolutionRoutes } from './routes/resolutions.ts';
import { searchRoutes } from './routes/search.ts';
import { serviceRoutes } from './routes/service.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { statisticsRoutes } from './routes/statistics.ts';
import { templateRoutes } from './routes/templates.ts';
import { tokenRoutes } from './routes/tokens.ts';
import { transferRoutes } from './routes/transfers.ts';
import { webhookRoutes } from './routes/webhooks.ts';
import { writeHandle } from './routes/write-handle.ts';
import type { Services } from './services.ts';
import { signAnswers } from './sign-answers.ts';
import { snmsRoutes } from './snms/routes.ts';
import { UnderWay } from './under-way.ts';

const BODY_LIMIT = 1024 * 1024;
/** The headers that a page of another origin may read beside those that it always may. */
const EXPOSED = 'Content-Length, ETag, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Kapok-Stale';

/** The HTTP service of a node. */
export async function createApp(services: Services): Promise<FastifyInstance> {
  const observe = createObserver(services);
  const underWay = new UnderWay();
  const { traces } = services;
  const limit = new ResolutionLimit(services);
  const hits = new MemoryHits(services);
  const lane = createLane(services, { observe, limit, hits });
  const isPlainHead = createHeadTest(traces === null ? [] : ['traceparent']);
  const app = fastify({
    loggerInstance: services.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    routerOptions: { maxParamLength: 8_192 },
    ajv: BODY_CHECKS,
    frameworkErrors: handleError,
    clientErrorHandler: clientErrorHandler(underWay),
    forceCloseConnections: 'idle',
    serverFactory: (handler) =>
      createHttpServer({
        plain: { lane: createFollowedLane(lane, traces), isPlainHead },
        resolve: createRequestLane({ lane, traces, underWay }),
        framework: handler,
        underWay,
      }),
  }) as unknown as FastifyInstance;
  readJsonAlone(app);
  requireOperations(app);
  const answerOptions = collectMethods(app);
  app.setErrorHandler(handleError);
  app.setNotFoundHandler((request) => {
    throw new KapokError('UNKNOWN_ROUTE', {
      message: `Unknown endpoint ${request.method} ${request.url.split('?', 1)[0]}`,
    });
  });
  followRequests(app, traces);
  app.addHook('onRequest', async (request, reply) => {
    if (request.headers.origin !== undefined) {
      reply
        .header('access-control-allow-origin', request.headers.origin)
        .header('access-control-expose-headers', EXPOSED)
        .header('vary', 'Origin');
    }
    if (request.routeOptions.config.resolves === true && !limit.admits(peerOf(request.raw.socket))) {
      throw refuse(reply, limit.limit);
    }
  });
  await limitRequests(app, services);
  signAnswers(app, services);
  observeRequests(app, observe);
  getHandle(app, services);
  writeHandle(app, services);
  batchResolve(app, services, { limit, hits });
  changeRoutes(app, services);
  prefixRoutes(app, services);
  allotmentRoutes(app, services);
  allotmentRuleRoutes(app, services);
  moveRoutes(app, services);
  transferRoutes(app, services);
  enrolmentRoutes(app, services);
  identifierRoutes(app, services);
  batchRegister(app, services);
  historyRoutes(app, services);
  queryRoutes(app, services);
  searchRoutes(app, services);
  listHandles(app, services);
  templateRoutes(app, services);
  computedRoutes(app, services);
  fileRoutes(app, services);
  importRoutes(app, services);
  tokenRoutes(app, services);
  grantRoutes(app, services);
  organisationRoutes(app, services);
  filingRoutes(app, services);
  holidayRoutes(app, services);
  iiidapRoutes(app, services);
  attachmentRoutes(app, services);
  memberRoutes(app, services);
  feedRoutes(app, services);
  statisticsRoutes(app, services);
  resolutionRoutes(app, services);
  reportRoutes(app, services);
  auditRoutes(app, services);
  noticeRoutes(app, services);
  webhookRoutes(app, services);
  reportStreamRoutes(app, services);
  escrowRoutes(app, services);
  monitoringRoutes(app, services);
  sessionRoutes(app, services);
  loginRoutes(app, services);
  serviceRoutes(app, services);
  snmsRoutes(app, services);
  referenceRoutes(app, services);
  redirectRoutes(app, services);
  await app.after();
  answerOptions();
  return app;
}
