/**
 * Every failure Kapok can answer with, once. A code is never reused for another meaning.
 *
 * - `http`: the HTTP status.
 * - `handle`: the Handle response code (RFC 3652 §2.2.2.2; 601 and 602 as deployed nodes use them; from 10000 on our own).
 * - `text`: what the caller reads when the throwing code says nothing more exact.
 */
export const catalogue = {
  BAD_REQUEST: { http: 400, handle: 4, text: 'The request cannot be understood' },
  INVALID_IDENTIFIER: { http: 400, handle: 102, text: 'The identifier is malformed' },
  INVALID_PREFIX: { http: 400, handle: 102, text: 'The prefix is malformed' },
  INVALID_VALUE: { http: 400, handle: 202, text: 'A value of the record is not valid' },
  INVALID_SETTING: { http: 500, handle: 2, text: 'A setting is not valid' },
  UNKNOWN_ROUTE: { http: 404, handle: 4, text: 'There is no such endpoint' },
  UNKNOWN_METHOD: { http: 501, handle: 4, text: 'This method is not implemented' },
  UNSUPPORTED_MEDIA_TYPE: { http: 415, handle: 4, text: 'The body has a media type that this endpoint does not read' },
  BODY_TOO_LARGE: { http: 413, handle: 4, text: 'The request body is over the limit' },
  HEADERS_TOO_LARGE: { http: 431, handle: 4, text: 'The request line and headers are over 16 KiB' },
  REQUEST_TIMEOUT: { http: 408, handle: 4, text: 'The request did not arrive in time' },
  RATE_LIMITED: {
    http: 429,
    handle: 3,
    text: 'Too many requests; retry after the time given in Retry-After',
  },

  NOT_FOUND: { http: 404, handle: 100, text: 'The identifier is not registered' },
  ALREADY_EXISTS: { http: 409, handle: 101, text: 'The identifier is already registered' },
  VALUE_EXISTS: { http: 409, handle: 201, text: 'A value with this index exists' },
  VALUE_NOT_FOUND: { http: 404, handle: 200, text: 'The record has no value with this index' },
  VALUE_NOT_UNIQUE: {
    http: 409,
    handle: 10021,
    text: 'Another record holds this text, which its template keeps unique',
  },
  VERSION_NOT_FOUND: { http: 404, handle: 10007, text: 'The record has no such version' },
  TEMPLATE_NOT_FOUND: {
    http: 404,
    handle: 10010,
    text: 'There is no such metadata template, or no such version of it',
  },
  COMPUTED_NOT_FOUND: {
    http: 404,
    handle: 10022,
    text: 'There is no computed record of this pattern and first number',
  },
  FILE_NOT_FOUND: { http: 404, handle: 10023, text: 'No such file was uploaded under this prefix' },
  IMPORT_NOT_FOUND: {
    http: 404,
    handle: 10040,
    text: 'There is no such import, or it is over for more than seven days',
  },
  VERSION_MISMATCH: { http: 412, handle: 10008, text: 'The record is not what the request expects it to be' },
  IDEMPOTENCY_KEY_REUSED: { http: 422, handle: 10009, text: 'This idempotency key came with another request before' },
  FEED_GONE: {
    http: 410,
    handle: 10030,
    text: 'This is another catalogue than the one that this position is of; begin anew, and compare digests',
  },
  ORGANISATION_NOT_FOUND: { http: 404, handle: 10060, text: 'There is no such organisation' },
  ORGANISATION_INCOMPLETE: { http: 409, handle: 10063, text: 'The organisation has not said all that is checked' },
  ORGANISATION_IN_USE: { http: 409, handle: 10065, text: 'The organisation holds a prefix' },
  ORGANISATION_NOT_VERIFIED: {
    http: 409,
    handle: 10061,
    text: 'The organisation was not checked, or is suspended or withdrawn',
  },
  DOCUMENT_TAKEN: { http: 409, handle: 10064, text: 'Another organisation has submitted with this document' },
  ATTACHMENT_NOT_FOUND: { http: 404, handle: 10066, text: 'The organisation has no such attachment' },
  PREFIX_NOT_FOUND: { http: 404, handle: 100, text: 'The prefix is not known here' },
  PREFIX_IN_USE: { http: 409, handle: 5, text: 'The prefix is in use' },
  PREFIX_STATE: { http: 409, handle: 10020, text: 'The state of the prefix does not allow this' },
  PREFIX_FORM: { http: 400, handle: 10070, text: 'The prefix is not of the form that its authority allots' },
  PREFIX_RESERVED: { http: 409, handle: 10071, text: 'The prefix is reserved' },
  PREFIX_TAKEN: { http: 409, handle: 10072, text: 'Another holds this prefix, or has applied for it' },
  PREFIX_QUARANTINED: {
    http: 409,
    handle: 10073,
    text: 'The prefix was revoked, and is given to nobody for some time',
  },
  ALLOTMENT_NOT_FOUND: { http: 404, handle: 10074, text: 'Nobody has applied for this prefix' },
  TRANSFER_NOT_FOUND: { http: 404, handle: 10075, text: 'There is no such transfer' },
  TRANSFER_UNDER_WAY: { http: 409, handle: 10076, text: 'Another transfer of this is not over yet' },
  TRANSITION_REFUSED: { http: 409, handle: 10050, text: 'The state does not allow this action' },
  WEBHOOK_NOT_FOUND: { http: 404, handle: 10080, text: 'There is no such webhook' },
  DELIVERY_NOT_FOUND: {
    http: 404,
    handle: 10081,
    text: 'No such notice was to be sent to this webhook, or it was more than 30 days ago',
  },
  FILING_NOT_FOUND: { http: 404, handle: 10051, text: 'There is no such filing' },
  LOOK_UP_UNSUPPORTED: { http: 422, handle: 10053, text: 'Names cannot be looked up in this way' },
  FILING_INCOMPLETE: { http: 409, handle: 10052, text: 'The filing is not complete' },
  PREFIX_MOVING: {
    http: 503,
    handle: 10024,
    retryAfter: 2,
    text: 'The prefix is being moved to another node; it is written again in a moment',
  },
  ENROLMENT_NOT_FOUND: { http: 404, handle: 10027, text: 'No node has asked for this prefix' },
  ENDPOINT_NOT_PROVEN: {
    http: 409,
    handle: 10028,
    text: 'The endpoint is not that of the node whose key was filed',
  },
  MOVE_NOT_FOUND: {
    http: 404,
    handle: 10025,
    text: 'No move of this prefix is under way here, or not with this caller',
  },
  MOVE_REFUSED: { http: 409, handle: 10026, text: 'The state of the move does not allow this' },
  TOMBSTONE: { http: 410, handle: 10003, text: 'The identifier was withdrawn by its registrant' },
  PREFIX_SUSPENDED: { http: 403, handle: 10001, text: 'Resolution of this prefix is suspended' },
  PREFIX_REVOKED: { http: 410, handle: 10002, text: 'This prefix was revoked' },

  NOT_RESPONSIBLE: {
    http: 400,
    handle: 301,
    text: 'This node does not answer for that prefix and does not follow referrals',
  },
  LOOP: { http: 508, handle: 10004, text: 'The delegations lead back to a node that was already asked' },
  TOO_MANY_HOPS: { http: 508, handle: 6, text: 'The resolution needs more hops than allowed' },
  UPSTREAM_UNREACHABLE: { http: 502, handle: 601, text: 'The node that answers for this prefix cannot be reached' },
  UPSTREAM_TIMEOUT: { http: 504, handle: 602, text: 'The node that answers for this prefix did not answer in time' },
  UPSTREAM_INVALID: {
    http: 502,
    handle: 10006,
    text: 'The node that answers for this prefix gave an answer that cannot be used',
  },

  STANDBY_NOT_FOUND: { http: 404, handle: 10095, text: 'The prefix has no standby site' },
  DEPOSIT_ALTERED: { http: 422, handle: 10090, text: 'The deposit is not what its node has signed' },
  DEPOSIT_KEY: { http: 422, handle: 10091, text: 'The key does not open the deposit' },
  DEPOSIT_GAP: { http: 409, handle: 10092, text: 'A deposit that is needed is missing' },
  DEPOSIT_SIGNER: { http: 422, handle: 10093, text: 'The deposit is signed by another node' },
  DEPOSIT_SCHEMA: { http: 422, handle: 10094, text: 'The deposit was made by another version of Kapok' },

  UNAUTHENTICATED: { http: 401, handle: 402, text: 'This request needs a credential' },
  INVALID_CREDENTIAL: { http: 401, handle: 403, text: 'The credential is wrong, unknown, expired or revoked' },
  PRIVATE_VALUES: { http: 403, handle: 402, text: 'Private values need a credential for this prefix' },
  FORBIDDEN: { http: 403, handle: 400, text: 'The credential does not allow this here' },
  PERMISSION_MISSING: { http: 403, handle: 401, text: 'The administrators of the record may not do this' },

  ISSUER_UNAVAILABLE: { http: 503, handle: 3, text: 'The issuer of the token cannot be asked for its keys' },
  DATABASE_UNAVAILABLE: {
    http: 503,
    handle: 3,
    text: 'The node cannot reach its database at the moment',
  },
  OVERLOADED: {
    http: 503,
    handle: 3,
    retryAfter: 1,
    text: 'The node has too much under way to look this up now; retry after the time given in Retry-After',
  },
  SECRET_KEY_MISSING: {
    http: 503,
    handle: 10062,
    text: 'This process of the node has not got the key of the personal data',
  },
  INTERNAL: { http: 500, handle: 2, text: 'The node failed to answer; the failure is in its log' },
} as const satisfies Record<string, CatalogueEntry>;

export interface CatalogueEntry {
  readonly http: number;
  readonly handle: number;
  readonly text: string;
  /** Seconds after which it is worth trying again: `Retry-After`. Such a failure is no defect, and is not logged. */
  readonly retryAfter?: number;
}

export type ErrorCode = keyof typeof catalogue;
