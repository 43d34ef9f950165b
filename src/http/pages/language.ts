export type Language = 'zh' | 'en';

/** The language a browser prefers of the two we speak (RFC 9110 §12.5.4); English when it names neither. */
export function preferredLanguage(acceptLanguage: string | undefined): Language {
  let best: { language: Language; quality: number } = { language: 'en', quality: 0 };
  for (const part of (acceptLanguage ?? '').slice(0, 512).split(',')) {
    const [, tag, quality = '1'] = /^\s*(zh|en)(?:-[\w-]+)?\s*(?:;\s*q=([\d.]+))?\s*$/i.exec(part) ?? [];
    if (tag !== undefined && Number(quality) > best.quality) {
      best = { language: tag.toLowerCase() as Language, quality: Number(quality) };
    }
  }
  return best.language;
}
