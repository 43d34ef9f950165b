import { MAX_VALUES } from '../../../record/value.ts';
import type { DemoPrefix, DemoRow, DemoValue, NodeContent } from '../model.ts';
import { type Field, rowOf } from '../rows.ts';
import { readLines } from './lines.ts';
import type { PciDevice, PciVendor } from './model.ts';
import { parsePciIds } from './parser.ts';
import { findPciSource } from './source.ts';

/** The first index of the SUBSYSTEM values, well away from the five before them. */
const FIRST_SUBSYSTEM = 2000;

/**
 * The public PCI ID registry below `parent`: a vendor is a hosted prefix, its number in decimal; a device is an
 * identifier, `88.106.32902/1533`. Empty when no pci.ids is installed. The file is read anew at each call.
 */
export function pciRegistry(parent: string): NodeContent {
  return {
    hostedPrefixes: () => prefixesOf(parent, installedVendors()),
    rows: () => rowsOf(parent, installedVendors()),
  };
}

function* installedVendors(): Generator<PciVendor> {
  const source = findPciSource();
  if (source !== null) yield* parsePciIds(readLines(source.path));
}

/** One prefix a vendor, also for a vendor without devices; the first of a vendor that is listed twice. */
export function prefixesOf(parent: string, vendors: Iterable<PciVendor>): DemoPrefix[] {
  const labels = new Map<string, string>();
  for (const vendor of vendors) {
    const prefix = prefixOf(parent, vendor);
    if (!labels.has(prefix)) labels.set(prefix, vendor.name);
  }
  return Array.from(labels, ([prefix, label]) => ({ prefix, label }));
}

export function* rowsOf(parent: string, vendors: Iterable<PciVendor>): Generator<DemoRow> {
  for (const vendor of vendors) {
    for (const device of vendor.devices) yield deviceRow(prefixOf(parent, vendor), vendor, device);
  }
}

function deviceRow(prefix: string, vendor: PciVendor, device: PciDevice): DemoRow {
  const fields: Field[] = [
    ['NAME', device.name],
    ['VENDOR', vendor.name],
    ['VENDOR_ID', vendor.id],
    ['DEVICE_ID', device.id],
    ['URL', `https://admin.pci-ids.ucw.cz/read/PC/${vendor.id}/${device.id}`],
  ];
  const row = rowOf(`${prefix}/${device.id}`, fields);
  return { ...row, values: [...row.values, ...subsystemValues(device, MAX_VALUES - fields.length)] };
}

function subsystemValues(device: PciDevice, limit: number): DemoValue[] {
  return device.subsystems.slice(0, limit).map(({ vendorId, deviceId, name }, at) => ({
    index: FIRST_SUBSYSTEM + at,
    type: 'SUBSYSTEM',
    data: `${vendorId} ${deviceId} ${name}`,
  }));
}

function prefixOf(parent: string, vendor: PciVendor): string {
  return `${parent}.${Number.parseInt(vendor.id, 16)}`;
}
