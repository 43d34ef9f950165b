import type { FastifyReply } from 'fastify';
import type { Language } from './language.ts';

export interface PageContent {
  readonly language: Language;
  readonly title: string;
  /** HTML: whatever comes from outside has gone through `escapeHtml`. */
  readonly body: string;
  /** CSS of this page alone. */
  readonly style?: string;
}

const STYLE = `body{font:16px/1.6 system-ui,sans-serif;max-width:46rem;margin:4rem auto;padding:0 1.5rem;color:#222;background:#fdfdfb}
h1{font-size:1.4rem;color:#a3262a}code{background:#f1efe9;padding:.1em .35em;border-radius:4px;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.35rem .6rem .35rem 0;border-bottom:1px solid #e6e3da;vertical-align:top;overflow-wrap:anywhere}
footer{margin-top:3rem;color:#888;font-size:.85rem}a{color:#a3262a}input{font:inherit;padding:.3rem .5rem;width:22rem;max-width:70%}button{font:inherit;padding:.3rem .9rem}`;

export function renderPage({ language, title, body, style = '' }: PageContent): string {
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title><style>${STYLE}${style}</style></head>
<body><h1>${escapeHtml(title)}</h1>
${body}
<footer>Kapok 木棉 · ${language === 'zh' ? '工业互联网标识解析' : 'industrial identifier resolution'}</footer></body>
</html>
`;
}

/** Pages run no script and load nothing: what a record holds is never more than text. */
export function sendPage(reply: FastifyReply, html: string): FastifyReply {
  return reply
    .type('text/html;charset=utf-8')
    .header(
      'content-security-policy',
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'",
    )
    .header('x-content-type-options', 'nosniff')
    .send(html);
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}
