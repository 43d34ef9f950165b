/** To be printed wherever the demo tree is shown: nobody may take its codes for allocations. */
export const CODES_NOTE =
  '示例：88.101 至 88.108 及其下的代码仅作演示，并非官方分配。 / ' +
  'Demo: the codes 88.101 to 88.108 and all below them are illustrative, not official allocations.';

/** The value of type DEMO that every invented record carries, so that a copy of it can still be told from real data. */
export const DEMO_DATA = 'demo data';
