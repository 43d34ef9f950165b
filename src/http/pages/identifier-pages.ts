import type { Value } from '../../record/value.ts';
import type { Language } from './language.ts';
import { escapeHtml, renderPage } from './page.ts';

/** The page of an identifier without an answer: what was asked, why there is none, in the reader's language. */
export function failurePage(
  language: Language,
  { identifier, code, message }: { identifier: string; code: string; message: string },
): string {
  const title = TITLES[language][code] ?? TITLES[language].OTHER ?? code;
  const asked = language === 'zh' ? '您请求的标识：' : 'You asked for:';
  const why = language === 'zh' ? '原因：' : 'Why:';
  const reason = language === 'zh' ? (REASONS_ZH[code] ?? message) : message;
  const body = `<p>${asked} <code>${escapeHtml(identifier)}</code></p><p>${why} ${escapeHtml(reason)} <small>(${code})</small></p>`;
  return renderPage({ language, title, body });
}

/** The page of an identifier whose record names no URL to go to: its public values. */
export function recordPage(language: Language, identifier: string, values: readonly Value[]): string {
  const rows = values.map(({ index, type, data }) => {
    const text = typeof data.value === 'string' ? data.value : JSON.stringify(data.value);
    return `<tr><td>${index}</td><td>${escapeHtml(type)}</td><td>${escapeHtml(text)}</td></tr>`;
  });
  const [index, type, data] = language === 'zh' ? ['索引', '类型', '数据'] : ['Index', 'Type', 'Data'];
  const body = `<table><tr><th>${index}</th><th>${type}</th><th>${data}</th></tr>${rows.join('\n')}</table>`;
  return renderPage({ language, title: identifier, body });
}

export function homePage(language: Language, node: string): string {
  const [title, label, button, api] =
    language === 'zh'
      ? [`标识解析节点 ${node}`, '标识', '解析', '接口']
      : [`Identifier resolution node ${node}`, 'Identifier', 'Resolve', 'API'];
  // The form goes to /?identifier=…, which redirects to the identifier itself.
  const form = `<form action="/" method="get"><label>${label} <input name="identifier" required maxlength="2048"></label> <button>${button}</button></form>`;
  return renderPage({ language, title, body: `${form}<p>${api}: <code>GET /api/handles/{identifier}</code></p>` });
}

const TITLES: Record<Language, Record<string, string>> = {
  zh: {
    NOT_FOUND: '标识未找到',
    INVALID_IDENTIFIER: '标识格式不正确',
    TOMBSTONE: '标识已注销',
    PREFIX_SUSPENDED: '前缀已暂停解析',
    PREFIX_REVOKED: '前缀已撤销',
    NOT_RESPONSIBLE: '本节点不负责该前缀',
    UPSTREAM_UNREACHABLE: '负责该标识的节点无法连接',
    UPSTREAM_TIMEOUT: '负责该标识的节点响应超时',
    RATE_LIMITED: '请求过于频繁',
    OTHER: '无法解析该标识',
  },
  en: {
    NOT_FOUND: 'Identifier not found',
    INVALID_IDENTIFIER: 'Malformed identifier',
    TOMBSTONE: 'Identifier withdrawn',
    PREFIX_SUSPENDED: 'Prefix suspended',
    PREFIX_REVOKED: 'Prefix revoked',
    NOT_RESPONSIBLE: 'Not a prefix of this node',
    UPSTREAM_UNREACHABLE: 'The responsible node cannot be reached',
    UPSTREAM_TIMEOUT: 'The responsible node did not answer in time',
    RATE_LIMITED: 'Too many requests',
    OTHER: 'The identifier cannot be resolved',
  },
};

const REASONS_ZH: Record<string, string> = {
  NOT_FOUND: '负责该前缀的节点没有登记此标识，或者该前缀尚未分配。请核对标识的拼写。',
  INVALID_IDENTIFIER: '标识应为“前缀/后缀”的形式，不得含有控制字符，且不得过长。',
  TOMBSTONE: '登记者已将此标识注销。',
  PREFIX_SUSPENDED: '上级节点已暂停该前缀的解析。',
  PREFIX_REVOKED: '上级节点已撤销该前缀。',
  NOT_RESPONSIBLE: '该前缀不在本节点之下，本节点也没有可以转询的上级。',
  UPSTREAM_UNREACHABLE: '负责该前缀的节点目前无法连接，请稍后再试。',
  UPSTREAM_TIMEOUT: '负责该前缀的节点未在规定时间内应答，请稍后再试。',
  RATE_LIMITED: '来自该地址的请求过多，请稍后再试。',
};
