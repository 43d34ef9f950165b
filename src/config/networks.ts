import { BlockList, isIP } from 'node:net';

/** IP networks. */
export interface Networks {
  /** Whether an address lies in one of them; an IPv4 address in IPv6 (`::ffff:10.0.0.1`) does where that one does. */
  has(address: string): boolean;
}

const CIDR = /^([0-9a-fA-F:.]+)\/(\d{1,3})$/;

/** Networks in CIDR notation with a comma between, `10.1.0.0/16,fd00::/8`. Throws when one is none. */
export function parseNetworks(text: string): string[] {
  const networks = text.split(',').map((part) => part.trim());
  if (networks.every(isNetwork)) return networks;
  throw new Error('must be networks such as 10.1.0.0/16 or fd00::/8, with a comma between');
}

export function createNetworks(networks: readonly string[]): Networks {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', length] = network.split('/');
    list.addSubnet(address, Number(length), isIP(address) === 4 ? 'ipv4' : 'ipv6');
  }
  return {
    has: (address) => {
      // Without the zone of a link-local address.
      const [bare = ''] = address.split('%', 1);
      const version = isIP(bare);
      return version !== 0 && list.check(bare, version === 4 ? 'ipv4' : 'ipv6');
    },
  };
}

function isNetwork(text: string): boolean {
  const [, address = '', length] = CIDR.exec(text) ?? [];
  const version = isIP(address);
  return version !== 0 && Number(length) <= (version === 4 ? 32 : 128);
}
