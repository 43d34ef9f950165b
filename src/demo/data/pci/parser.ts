import type { PciDevice, PciProblem, PciVendor } from './model.ts';

const COMMENT_OR_EMPTY = /^\s*(#|$)/;
/** `C 00  Unclassified device` opens a class; its subclasses are indented like devices, with ids of two digits. */
const CLASS = /^C [0-9a-f]{2}(\s|$)/i;
// A name has no control characters (a tab would be a line of another depth, a NUL no text column takes) and is bounded:
// the longest line of the file has some 130 characters.
const VENDOR = /^([0-9a-f]{4}) +([^ \p{Cc}]\P{Cc}{0,511})$/iu;
const DEVICE = /^\t([0-9a-f]{4}) +([^ \p{Cc}]\P{Cc}{0,511})$/iu;
const SUBSYSTEM = /^\t\t([0-9a-f]{4}) ([0-9a-f]{4}) +([^ \p{Cc}]\P{Cc}{0,511})$/iu;

/**
 * The vendors of a pci.ids file, each as its block of lines ends (syntax: the head of the file itself). A bad line
 * is reported and left out, and so is all that is indented below it: it must not fall to the vendor before. Of devices
 * listed twice the first stands. A vendor listed twice comes twice, with its new devices.
 */
export function* parsePciIds(
  lines: Iterable<string>,
  onProblem: (problem: PciProblem) => void = () => {},
): Generator<PciVendor> {
  const seen = new Set<string>();
  let vendor: PciVendor | null = null;
  let device: PciDevice | null = null;
  let inClasses = false;
  let line = 0;
  for (const raw of lines) {
    line++;
    if (COMMENT_OR_EMPTY.test(raw)) continue;
    const text = raw.trimEnd();
    const report = (reason: string) => onProblem({ line, reason });

    if (!text.startsWith('\t')) {
      if (vendor !== null) yield vendor;
      device = null;
      vendor = readVendor(text);
      inClasses = CLASS.test(text);
      if (vendor === null && !inClasses) report('is neither vendor nor class');
      continue;
    }
    if (inClasses) continue;
    if (text.startsWith('\t\t')) {
      const subsystem = readSubsystem(text);
      if (subsystem === null) report('is no subsystem');
      else if (device === null) report('is a subsystem of no device');
      else device.subsystems.push(subsystem);
      continue;
    }
    const found = readDevice(text);
    device = null;
    if (found === null) report('is no device');
    else if (vendor === null) report('is a device of no vendor');
    else if (seen.has(`${vendor.id}/${found.id}`)) report('is a device listed before');
    else {
      device = found;
      seen.add(`${vendor.id}/${device.id}`);
      vendor.devices.push(device);
    }
  }
  if (vendor !== null) yield vendor;
}

function readVendor(text: string): PciVendor | null {
  const [, id = '', name = ''] = VENDOR.exec(text) ?? [];
  return id === '' ? null : { id: id.toLowerCase(), name, devices: [] };
}

function readDevice(text: string): PciDevice | null {
  const [, id = '', name = ''] = DEVICE.exec(text) ?? [];
  return id === '' ? null : { id: id.toLowerCase(), name, subsystems: [] };
}

function readSubsystem(text: string) {
  const [, vendorId = '', deviceId = '', name = ''] = SUBSYSTEM.exec(text) ?? [];
  return vendorId === '' ? null : { vendorId: vendorId.toLowerCase(), deviceId: deviceId.toLowerCase(), name };
}
