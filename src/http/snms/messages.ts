import { SNMS_STATUS, type SnmsStatus } from '../../../proto/http/snms/envelope.ts';
import { catalogue, type ErrorCode } from '../../errors/catalogue.ts';
import type { KapokError } from '../../errors/kapok-error.ts';
import { SecondLevelError } from './second-level-error.ts';

export const SUCCESS = 'success';

const MESSAGES: Partial<Record<ErrorCode, string>> = {
  BAD_REQUEST: '请求参数错误',
  UNSUPPORTED_MEDIA_TYPE: '请求类型不支持，请使用application/json',
  BODY_TOO_LARGE: '请求内容过大',
  RATE_LIMITED: '请求过于频繁，请稍后重试',
  INVALID_IDENTIFIER: '标识格式错误',
  INVALID_PREFIX: '前缀格式错误',
  INVALID_VALUE: '标识属性错误',
  NOT_FOUND: '没有找到标识',
  TOMBSTONE: '没有找到标识',
  ALREADY_EXISTS: '标识已存在',
  VALUE_NOT_UNIQUE: '属性值已被其他标识使用',
  VERSION_MISMATCH: '数据已被其他请求修改，请重试',
  TEMPLATE_NOT_FOUND: '数据模板不存在',
  PREFIX_NOT_FOUND: '前缀不存在',
  PREFIX_IN_USE: '前缀已被使用',
  TRANSITION_REFUSED: '前缀当前状态不允许该操作',
  PREFIX_STATE: '前缀当前状态不允许该操作',
  PREFIX_SUSPENDED: '前缀已停用',
  PREFIX_REVOKED: '前缀已注销',
  NOT_RESPONSIBLE: '前缀不在本节点托管',
  UNAUTHENTICATED: '未登录',
  INVALID_CREDENTIAL: '登录已失效，请重新登录',
  FORBIDDEN: '没有权限',
  PERMISSION_MISSING: '没有权限',
};

/** Of these the exact reason helps whoever wrote the request. */
const EXPLAINED: ReadonlySet<ErrorCode> = new Set([
  ...(['BAD_REQUEST', 'INVALID_IDENTIFIER', 'INVALID_PREFIX', 'INVALID_VALUE'] as const),
  ...(['TRANSITION_REFUSED', 'PREFIX_STATE', 'PREFIX_IN_USE', 'PERMISSION_MISSING'] as const),
]);

export function statusOf(failure: KapokError): SnmsStatus {
  return failure instanceof SecondLevelError ? SNMS_STATUS.refused : statusOfCode(failure.code);
}

function statusOfCode(code: ErrorCode): SnmsStatus {
  const { http } = catalogue[code];
  if (http === 401) return SNMS_STATUS.notLoggedIn;
  if (code === 'FORBIDDEN' || code === 'PERMISSION_MISSING') return SNMS_STATUS.forbidden;
  return http >= 500 ? SNMS_STATUS.failed : SNMS_STATUS.refused;
}

/** What a client shows: the words it knows, and for what it can put right the reason. */
export function messageOf(failure: KapokError): string {
  return failure instanceof SecondLevelError ? failure.message : wordsOf(failure.code, failure.message);
}

/** The same for a failure that is known by its code. */
export function wordsOf(code: ErrorCode, detail: string): string {
  const words = MESSAGES[code] ?? (statusOfCode(code) === SNMS_STATUS.failed ? '系统繁忙' : '操作失败');
  return EXPLAINED.has(code) && detail !== catalogue[code].text ? `${words}：${detail}` : words;
}
