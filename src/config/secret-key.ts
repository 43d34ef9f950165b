const SECRET_KEY_BYTES = 32;

/** A secret key of 32 bytes as 43 characters of base64 or base64url, with or without the "=" at their end; null when it is none. */
export function parseSecretKey(text: string): Buffer | null {
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return null;
  const key = Buffer.from(text, 'base64');
  return key.length === SECRET_KEY_BYTES ? key : null;
}
