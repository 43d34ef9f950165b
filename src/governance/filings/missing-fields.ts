import type {
  ApplicationFiling,
  FilingData,
  FilingKind,
  NodeFiling,
  OrganisationFiling,
} from '../../../proto/http/filing-data.ts';

/** What a submission needs and a filing does not have yet, as paths within its data; empty: it is complete. */
export function missingFields(kind: FilingKind, data: FilingData): string[] {
  return needs[kind](data);
}

const needs: Readonly<Record<FilingKind, (data: FilingData) => string[]>> = {
  organisation(data: Partial<OrganisationFiling>) {
    const { systems = [], operation } = data;
    return [
      ...absent(data, ['introduction', 'operation']),
      ...(operation === 'entrusted' ? absent(data, ['operator']) : []),
      // Where identifiers are registered, and where they are resolved.
      ...(['registration', 'resolution'] as const).flatMap((kind) =>
        systems.some((system) => system.kind === kind) ? [] : [`systems.${kind}`],
      ),
      ...absent(data, ['dataHosting', 'industries']),
    ];
  },
  node(data: Partial<NodeFiling>) {
    const { endpoints = [] } = data;
    const has = (isIt: (address: string) => boolean) => endpoints.some(({ address }) => isIt(address));
    return [
      ...absent(data, ['name', 'prefix', 'encoding', 'operator']),
      // A node of the tree is reached over both.
      ...(has((address) => /^[\d.]+$/.test(address)) ? [] : ['endpoints.ipv4']),
      ...(has((address) => address.includes(':')) ? [] : ['endpoints.ipv6']),
      ...absent(data, ['publicKey']),
    ];
  },
  application(data: Partial<ApplicationFiling>) {
    return absent(data, ['name', 'type', 'introduction', 'users', 'recursion', 'developer']);
  },
};

function absent<Data extends object>(data: Data, fields: readonly (keyof Data & string)[]): string[] {
  return fields.filter((field) => {
    const value = data[field];
    return value === undefined || (Array.isArray(value) && value.length === 0);
  });
}
