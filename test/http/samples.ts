import type { CallOptions } from '../support/call.ts';
import type { TestNode } from '../support/node.ts';
import { SNMS_SAMPLES } from './snms/samples.ts';

/** A call of an operation that is about a prefix. */
export interface Sample extends CallOptions {
  readonly path: string;
}

type MakeSample = (prefix: string, node: TestNode) => Sample | Promise<Sample>;

const values = [{ index: 1, type: 'NAME', data: 'sample' }];
const items = [{ index: 2000, type: 'name', kind: 'text' }];
/** The id of no organisation. */
const NOBODY = '00000000-0000-4000-8000-000000000000';
const csv = { 'content-type': 'text/csv' };
const pdf = { 'content-type': 'application/pdf' };

/** An X25519 key that exists: the base point. */
const RECIPIENT = `x25519:CQ${'A'.repeat(41)}`;

/** A record that exists: making one is another right than changing it. */
async function registered(prefix: string, node: TestNode): Promise<string> {
  await node.call('PUT', `/api/handles/${prefix}/present`, { body: values });
  return `${prefix}/present`;
}

/** An import of somebody who registers at a prefix. */
async function imported(prefix: string, node: TestNode): Promise<string> {
  const { json } = await node.call('POST', '/api/v1/tokens', {
    body: { role: 'registrant', scope: prefix, label: 'importer' },
  });
  const { headers } = await node.call('POST', '/api/v1/imports', {
    ...{ body: `identifier,NAME\n${prefix}/imported,x\n`, token: json.token },
    headers: csv,
  });
  return String(headers.location);
}

const filing = (action: string) => () => ({ path: `/api/v1/filings/${NOBODY}/${action}`, body: { reason: 'sample' } });
const organisations = new WeakMap<TestNode, Promise<string>>();

/** An organisation of the node, the same for all samples: what may be done to it does not depend on its state. */
function organisationOf(node: TestNode): Promise<string> {
  const made = organisations.get(node) ?? draftOrganisation(node);
  organisations.set(node, made);
  return made;
}

async function draftOrganisation(node: TestNode): Promise<string> {
  const { json } = await node.call('POST', '/api/v1/organisations', { body: { name: 'sample' } });
  return `/api/v1/organisations/${json.organisation.id}`;
}

const ofOrganisation =
  (rest = '', options: CallOptions = {}): MakeSample =>
  async (_prefix, node) => ({ path: `${await organisationOf(node)}${rest}`, ...options });

const webhook =
  (rest = ''): MakeSample =>
  () => ({ path: `/api/v1/webhooks/${NOBODY}${rest}` });

const withReason = { body: { reason: 'sample' } };
const member = '300:88.101.1/ADMIN';

/** For each operation that is not public, a call at a prefix: with rights there it is not refused for the want of them. */
export const SAMPLES: Record<string, MakeSample> = {
  putHandle: async (prefix, node) => ({ path: `/api/handles/${await registered(prefix, node)}`, body: values }),
  deleteHandle: (prefix) => ({ path: `/api/handles/${prefix}/sample` }),
  listHandles: (prefix) => ({ path: `/api/handles?prefix=${prefix}` }),
  listHandlePrefixes: () => ({ path: '/api/prefixes' }),
  registerIdentifier: (prefix) => ({ path: '/api/v1/identifiers', body: { prefix, values } }),
  putIdentifier: async (prefix, node) => ({
    path: `/api/v1/identifiers/${await registered(prefix, node)}`,
    body: { values },
  }),
  withdrawIdentifier: (prefix) => ({ path: `/api/v1/identifiers/${prefix}/sample` }),
  restoreIdentifier: (prefix) => ({ path: `/api/v1/restore/${prefix}/sample`, body: {} }),
  registerBatch: (prefix) => ({
    path: '/api/v1/batch',
    body: { items: [{ identifier: `${prefix}/batch`, values }], overwrite: true },
  }),
  listHistory: (prefix) => ({ path: `/api/v1/history/${prefix}/sample` }),
  queryIdentifiers: (prefix) => ({ path: `/api/v1/identifiers?prefix=${prefix}` }),
  exportIdentifiers: (prefix) => ({ path: `/api/v1/export?prefix=${prefix}` }),
  importIdentifiers: (prefix) => ({
    path: '/api/v1/imports',
    body: `identifier,NAME\n${prefix}/imported,x\n`,
    headers: csv,
  }),
  publishComputed: (prefix) => ({ path: '/api/v1/computed', body: { prefix, pattern: 'S{counter:4}', values } }),
  listComputed: (prefix) => ({ path: `/api/v1/computed?prefix=${prefix}` }),
  withdrawComputed: (prefix) => ({ path: `/api/v1/computed?prefix=${prefix}&pattern=S%7Bcounter:4%7D` }),
  uploadFile: (prefix) => ({
    path: `/api/v1/files?prefix=${prefix}&name=sample.txt`,
    body: 'sample',
    headers: { 'content-type': 'text/plain' },
  }),
  listImports: () => ({ path: '/api/v1/imports' }),
  getImport: async (prefix, node) => ({ path: await imported(prefix, node) }),
  followImport: async (prefix, node) => ({ path: `${await imported(prefix, node)}/events` }),
  getImportResults: async (prefix, node) => ({ path: `${await imported(prefix, node)}/results?follow=true` }),
  cancelImport: async (prefix, node) => ({ path: await imported(prefix, node) }),
  publishTemplate: (prefix) => ({ path: '/api/v1/templates', body: { template: `${prefix}/sample`, items } }),
  listPrefixes: () => ({ path: '/api/v1/prefixes' }),
  getPrefix: (prefix) => ({ path: `/api/v1/prefixes/${prefix}` }),
  putPrefix: (prefix) => ({ path: `/api/v1/prefixes/${prefix}.9`, body: {} }),
  putPrefixes: (prefix) => ({ path: '/api/v1/prefixes', body: { prefixes: [{ prefix: `${prefix}.8` }] } }),
  patchPrefix: (prefix) => ({ path: `/api/v1/prefixes/${prefix}.9`, body: { label: 'sample' } }),
  applyForPrefix: (prefix) => ({
    path: '/api/v1/allotments',
    body: { organisation: NOBODY, prefix: `${prefix}.7` },
  }),
  listAllotments: () => ({ path: '/api/v1/allotments' }),
  getAllotment: (prefix) => ({ path: `/api/v1/allotments/${prefix}.7` }),
  decideAllotment: (prefix) => ({ path: `/api/v1/allotments/${prefix}.7/decision`, body: { action: 'review' } }),
  cancelAllotment: (prefix) => ({ path: `/api/v1/allotments/${prefix}.7/cancel` }),
  offerTransfer: (prefix) => ({ path: '/api/v1/transfers', body: { prefix: `${prefix}.7`, organisation: NOBODY } }),
  listTransfers: () => ({ path: '/api/v1/transfers' }),
  getTransfer: () => ({ path: `/api/v1/transfers/${NOBODY}` }),
  acceptTransfer: () => ({ path: `/api/v1/transfers/${NOBODY}/accept`, body: {} }),
  declineTransfer: () => ({ path: `/api/v1/transfers/${NOBODY}/decline` }),
  withdrawTransfer: () => ({ path: `/api/v1/transfers/${NOBODY}/withdraw` }),
  takeBackTransfer: () => ({ path: `/api/v1/transfers/${NOBODY}/take-back`, body: { reason: 'sample' } }),
  getAllotmentRule: (prefix) => ({ path: `/api/v1/allotment-rules/${prefix}` }),
  putAllotmentRule: (prefix) => ({
    path: `/api/v1/allotment-rules/${prefix}`,
    body: { labels: 'digits', minLength: 1, maxLength: 9, reserved: [] },
  }),
  proveEnrolment: () => ({
    path: '/api/v1/enrolment/proof',
    body: { parent: 'http://127.0.0.1:9', url: 'http://127.0.0.1:9' },
  }),
  applyForEnrolment: (prefix) => ({
    path: '/api/v1/enrolments',
    body: { prefix: `${prefix}.9`, url: 'http://127.0.0.1:9', key: 'A'.repeat(43), proof: 'A'.repeat(86) },
  }),
  getStanding: (prefix) => ({ path: `/api/v1/enrolments/${prefix}.9/standing` }),
  getEnrolment: (prefix) => ({ path: `/api/v1/enrolments/${prefix}.9` }),
  decideEnrolment: (prefix) => ({
    path: `/api/v1/enrolments/${prefix}.9/decision`,
    body: { action: 'refuse', reason: 'sample' },
  }),
  putDelegation: (prefix) => ({
    path: '/api/v1/delegation',
    body: {
      parent: 'http://127.0.0.1:9',
      delegation: {
        statement: {
          prefix,
          site: {},
          key: 'A'.repeat(43),
          parent: `node:${'A'.repeat(43)}`,
          issuedAt: '2026-01-01T00:00:00Z',
        },
        signature: 'A'.repeat(86),
      },
    },
  }),
  getDelegation: () => ({ path: '/api/v1/delegation' }),
  offerMove: (prefix) => ({ path: '/api/v1/moves', body: { prefix: `${prefix}.9`, url: 'http://127.0.0.1:9' } }),
  pullMove: (prefix) => ({ path: '/api/v1/moves/pull', body: { prefix: `${prefix}.9`, url: 'http://127.0.0.1:9' } }),
  getMove: (prefix) => ({ path: `/api/v1/moves/${prefix}` }),
  cancelMove: (prefix) => ({ path: `/api/v1/moves/${prefix}.9` }),
  getMoveSettings: (prefix) => ({ path: `/api/v1/moves/${prefix}/settings` }),
  freezeMove: (prefix) => ({ path: `/api/v1/moves/${prefix}/freeze`, body: {} }),
  listMoveDigests: (prefix) => ({ path: `/api/v1/moves/${prefix}/digests` }),
  readMoveRecords: (prefix) => ({ path: `/api/v1/moves/${prefix}/records`, body: { suffixKeys: ['sample'] } }),
  getMoveFile: (prefix) => ({ path: `/api/v1/moves/${prefix}/files/${'0'.repeat(64)}` }),
  finishMove: (prefix) => ({ path: `/api/v1/moves/${prefix}/finish`, body: { identifiers: 0, digest: '0' } }),
  releaseMove: (prefix) => ({ path: `/api/v1/moves/${prefix}/release`, body: {} }),
  getFeed: () => ({ path: '/api/v1/feed' }),
  getFeedDigests: (prefix) => ({ path: `/api/v1/feed/digests?prefix=${prefix}` }),
  getFeedBucket: (prefix) => ({ path: `/api/v1/feed/buckets/7?prefix=${prefix}` }),
  getReportStream: () => ({ path: '/api/v1/reports/stream' }),
  getReportDigests: (prefix) => ({ path: `/api/v1/reports/stream/digests?prefix=${prefix}` }),
  streamResolutions: (prefix) => ({
    path: `/api/v1/resolutions/stream?prefix=${prefix}&until=2026-01-01T00:00:00Z`,
  }),
  getStatistics: (prefix) => ({ path: `/api/v1/statistics?prefix=${prefix}` }),
  getDailyReport: () => ({ path: '/api/v1/reports/daily' }),
  getMonthlyReport: () => ({ path: '/api/v1/reports/monthly' }),
  exportDailyReport: () => ({ path: '/api/v1/reports/daily.csv' }),
  exportMonthlyReport: () => ({ path: '/api/v1/reports/monthly.csv' }),
  listNotices: () => ({ path: '/api/v1/notices' }),
  createWebhook: () => ({ path: '/api/v1/webhooks', body: { organisation: NOBODY, url: 'https://hook.example/' } }),
  listWebhooks: () => ({ path: '/api/v1/webhooks' }),
  pauseWebhook: webhook('/pause'),
  resumeWebhook: webhook('/resume'),
  rotateWebhook: webhook('/rotate'),
  testWebhook: webhook('/test'),
  removeWebhook: webhook(),
  listWebhookDeliveries: webhook('/deliveries'),
  redeliverNotice: webhook(`/deliveries/${NOBODY}/redeliver`),
  listAudit: () => ({ path: '/api/v1/audit' }),
  pruneAudit: () => ({ path: '/api/v1/audit/prune', body: { through: 1, hash: '0'.repeat(64) } }),
  exportAudit: () => ({ path: '/api/v1/audit/export' }),
  listStandbys: () => ({ path: '/api/v1/standbys' }),
  putStandby: (prefix) => ({ path: `/api/v1/standbys/${prefix}.9`, body: { url: 'http://127.0.0.1:9', pin: false } }),
  deleteStandby: (prefix) => ({ path: `/api/v1/standbys/${prefix}.9` }),
  takeOver: (prefix) => ({ path: '/api/v1/takeovers', body: { prefix: `${prefix}.9` } }),
  giveBack: (prefix) => ({ path: `/api/v1/takeovers/${prefix}.9` }),
  listEvents: () => ({ path: '/api/v1/events' }),
  listProbes: (prefix) => ({ path: `/api/v1/probes/${prefix}` }),
  makeDeposit: () => ({ path: '/api/v1/escrow/deposits', body: { recipient: RECIPIENT } }),
  listDeposits: () => ({ path: '/api/v1/escrow/deposits' }),
  createToken: (scope) => ({ path: '/api/v1/tokens', body: { scope, label: 'sample' } }),
  listTokens: () => ({ path: '/api/v1/tokens' }),
  revokeToken: async (scope, node) => {
    const { json } = await node.call('POST', '/api/v1/tokens', { body: { scope, label: 'to be revoked' } });
    return { path: `/api/v1/tokens/${json.id}` };
  },
  listOrganisations: () => ({ path: '/api/v1/organisations' }),
  getOrganisation: ofOrganisation(),
  editOrganisation: ofOrganisation('', { body: { address: 'sample' } }),
  submitOrganisation: ofOrganisation('/submit', withReason),
  discardOrganisation: ofOrganisation('/discard', withReason),
  withdrawOrganisation: ofOrganisation('/withdraw', withReason),
  verifyOrganisation: ofOrganisation('/verify', withReason),
  refuseOrganisation: ofOrganisation('/refuse', withReason),
  suspendOrganisation: ofOrganisation('/suspend', withReason),
  resumeOrganisation: ofOrganisation('/resume', withReason),
  uploadAttachment: ofOrganisation('/attachments?kind=other', { body: '%PDF-1.7', headers: pdf }),
  listAttachments: ofOrganisation('/attachments'),
  getAttachment: ofOrganisation(`/attachments/${NOBODY}`),
  removeAttachment: ofOrganisation(`/attachments/${NOBODY}`),
  listMembers: ofOrganisation('/members'),
  addMember: ofOrganisation('/members', { body: { subject: member } }),
  removeMember: ofOrganisation(`/members?subject=${encodeURIComponent(member)}`),
  createGrant: (scope) => ({
    path: '/api/v1/grants',
    body: { subject: '300:88.101.1/ADMIN', role: 'auditor', scope },
  }),
  listGrants: () => ({ path: '/api/v1/grants' }),
  revokeGrant: async (scope, node) => {
    const subject = `node:${'g'.repeat(43)}`;
    const { json } = await node.call('POST', '/api/v1/grants', { body: { subject, role: 'auditor', scope } });
    return { path: `/api/v1/grants/${json.id}` };
  },
  ...SNMS_SAMPLES,
  createFiling: () => ({ path: '/api/v1/filings', body: { organisation: NOBODY, kind: 'node' } }),
  listFilings: () => ({ path: '/api/v1/filings' }),
  getFiling: () => ({ path: `/api/v1/filings/${NOBODY}` }),
  editFiling: () => ({ path: `/api/v1/filings/${NOBODY}`, body: { data: {} } }),
  submitFiling: filing('submit'),
  discardFiling: filing('discard'),
  confirmFiling: filing('confirm'),
  cancelFiling: filing('cancel'),
  reviewFiling: filing('review'),
  returnFiling: filing('return'),
  acceptFiling: filing('accept'),
  suspendFiling: filing('suspend'),
  resumeFiling: filing('resume'),
  revokeFiling: filing('revoke'),
  putHolidays: () => ({ path: '/api/v1/holidays/2027', body: { holidays: ['2027-01-01'], workdays: [] } }),
};

/** What these do and tell lies within the caller's scopes, or is no secret: a call names no prefix. */
export const OF_NO_PREFIX = [
  'listPrefixes',
  'getPrefix',
  'listAllotments',
  'listTransfers',
  'getAllotmentRule',
  'getMove',
  'getDelegation',
  'getStanding',
  'listTokens',
  'listGrants',
  'getFeed',
  'listAudit',
  'getReportStream',
  'listImports',
  'importIdentifiers',
  'snmsListPrefixes',
];

/** These take rows of any prefix: a row that is not allowed fails alone, with its own code. */
export const ROW_BY_ROW = ['registerBatch'];

/** Of another's there is nothing to be seen, not even that it exists: 404. */
export const OF_ITS_OWNER = ['getImport', 'followImport', 'getImportResults', 'cancelImport'];

/** About the node as a whole, or about organisations, of which none is the caller. */
export const OF_THE_NODE = [
  'listHandlePrefixes',
  'exportAudit',
  'pruneAudit',
  'listNotices',
  ...[
    'createWebhook',
    'listWebhooks',
    'pauseWebhook',
    'resumeWebhook',
    'rotateWebhook',
    'testWebhook',
    'removeWebhook',
  ],
  ...['listWebhookDeliveries', 'redeliverNotice'],
  'getDailyReport',
  'getMonthlyReport',
  'exportDailyReport',
  'exportMonthlyReport',
  'applyForPrefix',
  'cancelAllotment',
  ...['createFiling', 'listFilings', 'getFiling', 'editFiling', 'submitFiling', 'discardFiling', 'confirmFiling'],
  ...['cancelFiling', 'reviewFiling', 'returnFiling', 'acceptFiling', 'suspendFiling', 'resumeFiling', 'revokeFiling'],
  'putHolidays',
  ...['listOrganisations', 'getOrganisation', 'editOrganisation'],
  ...['submitOrganisation', 'discardOrganisation', 'withdrawOrganisation'],
  ...['verifyOrganisation', 'refuseOrganisation', 'suspendOrganisation', 'resumeOrganisation'],
  ...['uploadAttachment', 'listAttachments', 'getAttachment', 'removeAttachment'],
  ...['listMembers', 'addMember', 'removeMember'],
  ...['offerTransfer', 'getTransfer', 'acceptTransfer', 'declineTransfer', 'withdrawTransfer', 'takeBackTransfer'],
  'makeDeposit',
  'listDeposits',
  'listStandbys',
  'listEvents',
  'proveEnrolment',
  'putDelegation',
];
