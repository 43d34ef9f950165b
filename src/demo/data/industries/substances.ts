export interface Substance {
  /** CAS Registry Number: a public fact about a substance, no claim on anyone's product. */
  readonly cas: string;
  readonly zh: string;
  readonly en: string;
  readonly formula: string;
}

/** Substances that new materials are made of. */
export const SUBSTANCES: readonly Substance[] = [
  { cas: '7732-18-5', zh: '水', en: 'water', formula: 'H2O' },
  { cas: '7440-21-3', zh: '硅', en: 'silicon', formula: 'Si' },
  { cas: '409-21-2', zh: '碳化硅', en: 'silicon carbide', formula: 'SiC' },
  { cas: '25617-97-4', zh: '氮化镓', en: 'gallium nitride', formula: 'GaN' },
  { cas: '1303-00-0', zh: '砷化镓', en: 'gallium arsenide', formula: 'GaAs' },
  { cas: '7631-86-9', zh: '二氧化硅', en: 'silicon dioxide', formula: 'SiO2' },
  { cas: '1344-28-1', zh: '氧化铝', en: 'aluminium oxide', formula: 'Al2O3' },
  { cas: '13463-67-7', zh: '二氧化钛', en: 'titanium dioxide', formula: 'TiO2' },
  { cas: '1314-23-4', zh: '二氧化锆', en: 'zirconium dioxide', formula: 'ZrO2' },
  { cas: '1306-38-3', zh: '二氧化铈', en: 'cerium dioxide', formula: 'CeO2' },
  { cas: '1314-36-9', zh: '氧化钇', en: 'yttrium oxide', formula: 'Y2O3' },
  { cas: '10043-11-5', zh: '氮化硼', en: 'boron nitride', formula: 'BN' },
  { cas: '12070-12-1', zh: '碳化钨', en: 'tungsten carbide', formula: 'WC' },
  { cas: '7782-42-5', zh: '石墨', en: 'graphite', formula: 'C' },
  { cas: '7440-32-6', zh: '钛', en: 'titanium', formula: 'Ti' },
  { cas: '7440-02-0', zh: '镍', en: 'nickel', formula: 'Ni' },
  { cas: '554-13-2', zh: '碳酸锂', en: 'lithium carbonate', formula: 'Li2CO3' },
  { cas: '1310-65-2', zh: '氢氧化锂', en: 'lithium hydroxide', formula: 'LiOH' },
  { cas: '15365-14-7', zh: '磷酸铁锂', en: 'lithium iron phosphate', formula: 'LiFePO4' },
  { cas: '9002-84-0', zh: '聚四氟乙烯', en: 'polytetrafluoroethylene', formula: '(C2F4)n' },
  { cas: '24937-79-9', zh: '聚偏氟乙烯', en: 'polyvinylidene fluoride', formula: '(C2H2F2)n' },
];
