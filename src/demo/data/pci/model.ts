/** A board or system that uses a device; ids are 4 lower-case hexadecimal digits, here and below. */
export interface PciSubsystem {
  readonly vendorId: string;
  readonly deviceId: string;
  readonly name: string;
}

export interface PciDevice {
  readonly id: string;
  readonly name: string;
  readonly subsystems: PciSubsystem[];
}

export interface PciVendor {
  readonly id: string;
  readonly name: string;
  readonly devices: PciDevice[];
}

/** A line that was left out, and why. */
export interface PciProblem {
  /** From 1. */
  readonly line: number;
  readonly reason: string;
}
