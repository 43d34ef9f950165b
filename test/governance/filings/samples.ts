import type { ApplicationFiling, NodeFiling, OrganisationFiling } from '../../../proto/http/filing-data.ts';

const interfaces: NodeFiling['endpoints'][number]['interfaces'] = [
  { protocol: 'HTTP', port: 7080 },
  { protocol: 'TCP', port: 2641 },
];

const organisation: OrganisationFiling = {
  introduction: 'Registers the parts that it makes, so that a workshop finds what fits',
  operation: 'self',
  operator: 'Demo Works',
  systems: [
    { kind: 'registration', deployment: 'local', address: 'Hall 1', endpoint: '[::1]:7080' },
    { kind: 'resolution', deployment: 'cloud', address: 'Room 2' },
  ],
  dataHosting: 'Demo Works',
  serviceHosting: 'Demo Works',
  industries: ['C/36/367'],
  website: { name: 'Demo Works', domain: 'demo.example', addresses: ['192.0.2.1', '2001:db8::1'] },
  licences: [{ kind: 'telecom', number: 'DEMO-1' }],
};

const node: NodeFiling = {
  name: 'The node of Demo Works',
  prefix: '88.102.5',
  encoding: 'Handle',
  operator: 'Demo Works',
  endpoints: [
    { address: '127.0.0.1', interfaces },
    { address: '::1', interfaces },
  ],
  publicKey: { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
};

const application: ApplicationFiling = {
  name: 'Part finder',
  type: 'mini-program',
  introduction: 'Reads the label of a part and shows what it is',
  users: 1200,
  recursion: { address: '127.0.0.1', port: 7080 },
  developer: 'Demo Works',
};

/** A filing of each kind with all that it can hold; of organisations that do not exist. */
export const FILINGS = { organisation, node, application } as const;
