import type { Operation, Parameter } from '../../../proto/http/operation.ts';
import { TAGS } from '../../../proto/http/tags.ts';
import { curlExample } from './curl-example.ts';
import type { Language } from './language.ts';
import { escapeHtml, renderPage } from './page.ts';
import { schemaText } from './schema-text.ts';

const WORDS = {
  en: {
    title: 'The HTTP interface',
    other: '<a href="?lang=zh">中文</a>',
    machine: 'For programs',
    intro: 'Set KAPOK to the URL of the node and TOKEN to a bearer token.',
    anyone: 'anyone',
    parameters: 'Parameters',
    body: 'Body',
    answers: 'Answers',
    example: 'Example',
    required: 'required',
  },
  zh: {
    title: 'HTTP 接口',
    other: '<a href="?lang=en">English</a>',
    machine: '机器可读',
    intro: '请将 KAPOK 设为节点地址，将 TOKEN 设为访问令牌。',
    anyone: '公开',
    parameters: '参数',
    body: '请求体',
    answers: '应答',
    example: '示例',
    required: '必填',
  },
} as const satisfies Record<Language, Record<string, string>>;

const STYLE = `body{max-width:60rem}nav{line-height:2}nav a{margin-right:1rem;white-space:nowrap}
h2{font-size:1.15rem;margin:2.5rem 0 .5rem;border-bottom:2px solid #a3262a}h3{font-size:.9rem;margin:1rem 0 .3rem;color:#666}
details{border-bottom:1px solid #e6e3da;padding:.5rem 0}summary{cursor:pointer;overflow-wrap:anywhere}summary small{color:#666;display:block;margin-left:4.2rem}
.m{display:inline-block;min-width:3.7rem;font:600 .75rem/1.6 ui-monospace,monospace;color:#fff;text-align:center;border-radius:4px;background:#777;margin-right:.5rem}
.GET{background:#2d6a4f}.POST{background:#1d5c96}.PUT{background:#8a5a00}.PATCH{background:#6b4a9c}.DELETE{background:#a3262a}
pre{background:#f1efe9;padding:.7rem;border-radius:6px;overflow-x:auto;font-size:.82rem;line-height:1.45}td:first-child{width:11rem}
@media(max-width:40rem){body{margin:1.5rem auto;padding:0 1rem}td:first-child{width:7rem}summary small{margin-left:0}}`;

/** The interface as a page to read: the same table that its routes are made of. It runs no script and loads nothing. */
export function referencePage(language: Language, operations: readonly Operation[]): string {
  const words = WORDS[language];
  const groups = Object.entries(TAGS)
    .map(([tag, chinese]) => ({ tag, chinese, own: operations.filter((operation) => operation.tag === tag) }))
    .filter(({ own }) => own.length > 0);
  const links = groups.map(({ tag, chinese }) => `<a href="#${anchor(tag)}">${heading(language, tag, chinese)}</a>`);
  const sections = groups.map(
    ({ tag, chinese, own }) =>
      `<h2 id="${anchor(tag)}">${escapeHtml(tag)} · ${chinese}</h2>${own.map((one) => operationHtml(language, one)).join('\n')}`,
  );
  const head = `<p>${words.other} · ${words.machine}: <a href="/openapi.json">openapi.json</a> (OpenAPI 3.1)</p><p>${words.intro}</p>`;
  return renderPage({
    language,
    title: words.title,
    style: STYLE,
    body: `${head}<nav>${links.join(' ')}</nav>${sections.join('\n')}`,
  });
}

function operationHtml(language: Language, described: Operation): string {
  const { id, method, path, summary, permission, query = {}, headers = {}, body, upload, answers } = described;
  const words = WORDS[language];
  const parameters = [...Object.entries(query), ...Object.entries(headers)].map(([name, parameter]) =>
    parameterRow(name, parameter, words.required),
  );
  const rows = Object.entries(answers).map(([status, { text, schema, type }]) => {
    const form = schema === undefined ? '' : `<pre>${escapeHtml(schemaText(schema))}</pre>`;
    return `<tr><td>${status}</td><td>${escapeHtml(text)}${type === undefined ? '' : ` <code>${type}</code>`}${form}</td></tr>`;
  });
  const sent = upload?.join(', ') ?? (body === undefined ? '' : schemaText(body));
  return [
    `<details id="${id}"><summary><span class="m ${method}">${method}</span><code>${escapeHtml(path.replace('{+', '{'))}</code>`,
    `<small>${escapeHtml(summary)} · ${permission === 'public' ? words.anyone : permission}</small></summary>`,
    part(words.parameters, parameters.length === 0 ? '' : `<table>${parameters.join('')}</table>`),
    part(words.body, sent === '' ? '' : `<pre>${escapeHtml(sent)}</pre>`),
    part(words.answers, `<table>${rows.join('')}</table>`),
    part(words.example, `<pre>${escapeHtml(curlExample(described))}</pre>`),
    '</details>',
  ].join('');
}

function parameterRow(name: string, { text, schema, required }: Parameter, word: string): string {
  return `<tr><td><code>${name}</code></td><td>${escapeHtml(text)}${required ? ` · ${word}` : ''} <code>${escapeHtml(schemaText(schema))}</code></td></tr>`;
}

function part(title: string, html: string): string {
  return html === '' ? '' : `<h3>${title}</h3>${html}`;
}

function heading(language: Language, tag: string, chinese: string): string {
  return language === 'zh' ? chinese : escapeHtml(tag);
}

function anchor(tag: string): string {
  return tag.toLowerCase().replaceAll(' ', '-');
}
