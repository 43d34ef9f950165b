/** The password of the transcript's administrator. */
const SECRET = 'bench-secret-123';

/** The records of the server that the transcripts were taken from, as a client would send them. */
const admin = {
  index: 100,
  type: 'HS_ADMIN',
  data: { format: 'admin', value: { handle: '20.500.12345/ADMIN', index: 300, permissions: '111111111111' } },
};

const bytes = 'yO0SN1yBpsvwFTpfhKnO8xg9Yoes0fYbQGWKr9T5HkNojbLX/CFGaw==';
const locations = `<locations chooseby="locatt,country,weighted"><location id="0" href="http://a.example.invalid/" weight="1" country="gb"/><location id="1" href="http://b.example.invalid/" weight="0"/></locations>`;

export const RECORDS: Record<string, object[]> = {
  '20.500.12345/H5': [
    { index: 1, type: 'URL', data: 'https://example.invalid/item/5' },
    { index: 2, type: 'EMAIL', data: 'owner5@example.invalid' },
    { index: 3, type: 'DESC', data: 'Industrial part number 5' },
    admin,
  ],
  '20.500.12345/BIN': [
    { index: 1, type: 'X_BIN', data: { format: 'base64', value: bytes } },
    {
      index: 2,
      type: 'HS_VLIST',
      data: { format: 'vlist', value: [{ handle: '20.500.12345/ADMIN', index: 300 }] },
    },
    admin,
  ],
  '20.500.12345/UTF8': [
    { index: 1, type: 'URL', data: "http://example.invalid/工业?a=<b>&c='d'" },
    { index: 2, type: 'DESC', data: '工业互联网标识' },
    admin,
  ],
  '20.500.12345/PRIVATE': [
    { index: 1, type: 'URL', data: 'http://p.example.invalid/' },
    { index: 2, type: 'EMAIL', data: 'secret@example.invalid', permissions: '1100' },
    admin,
  ],
  '20.500.12345/ALIAS': [{ index: 1, type: 'HS_ALIAS', data: '20.500.12345/H0' }, admin],
  '20.500.12345/LOC': [{ index: 1, type: '10320/loc', data: locations }, admin],
  // There the keys at 300 and 301 administer all; here the secret key stands in a list at 300.
  '20.500.12345/ADMIN': [
    {
      index: 300,
      type: 'HS_VLIST',
      data: { format: 'vlist', value: [{ handle: '20.500.12345/ADMIN', index: 301 }] },
      permissions: '1100',
    },
    { index: 301, type: 'HS_SECKEY', data: SECRET, permissions: '0100' },
    admin,
  ],
};
