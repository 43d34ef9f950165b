/** Whether If-None-Match (RFC 9110 §13.1.2) names a tag: it is a list of tags that are compared weakly, or any. */
export function isKnownTag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  const tags = header.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes(etag) || tags.includes('*');
}
