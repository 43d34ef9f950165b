/** What the tests say about an organisation: published samples of the standards, a telephone number that is nobody's. */
export const ORGANISATION = {
  name: '示例制造单位',
  nature: 'private',
  document: { type: 'uscc', number: '91350100M000100Y43' },
  legalPerson: { name: '示例法人', document: { type: 'resident-card', number: '11010519491231002X' } },
  contact: { name: '示例联系人', phone: '13800138000', email: 'contact@example.invalid' },
  address: '示例路 1 号',
  region: '440106',
  industry: 'C/36/361/3610',
} as const;
