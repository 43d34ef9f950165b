import { boardMaker } from './enterprises/board-maker.ts';
import { medicalPlant } from './enterprises/medical-plant.ts';
import { shipyard } from './enterprises/shipyard.ts';
import { vehiclePlant } from './enterprises/vehicle-plant.ts';
import { automotive } from './industries/automotive.ts';
import { biopharma } from './industries/biopharma.ts';
import { consumerGoods } from './industries/consumer-goods.ts';
import { equipment } from './industries/equipment.ts';
import { newEnergy } from './industries/new-energy.ts';
import { newMaterials } from './industries/new-materials.ts';
import { shipbuilding } from './industries/shipbuilding.ts';
import type { NodeContent } from './model.ts';
import { pciRegistry } from './pci/registry.ts';

export interface TreeEntry {
  readonly prefix: string;
  readonly zh: string;
  readonly en: string;
  readonly content: NodeContent;
}

export const TOP = {
  prefix: '88',
  zh: '国家顶级节点（广州）',
  en: 'National top-level node, Guangzhou',
} as const;

/** Where the PCI registry lives; vendor ids end at 65535, so larger numbers below it are free for enterprises. */
export const PCI_PREFIX = '88.106';

/** The codes are illustrative (see CODES_NOTE): no authority has given 88.101 to 88.108 to these industries. */
export const INDUSTRIES: readonly TreeEntry[] = [
  { prefix: '88.101', zh: '汽车', en: 'Automotive', content: automotive },
  { prefix: '88.102', zh: '船舶', en: 'Shipbuilding', content: shipbuilding },
  { prefix: '88.103', zh: '生物医药', en: 'Biopharma', content: biopharma },
  { prefix: '88.104', zh: '高端装备', en: 'High-end equipment', content: equipment },
  { prefix: '88.105', zh: '都市消费品', en: 'Urban consumer goods', content: consumerGoods },
  { prefix: PCI_PREFIX, zh: '新一代信息技术', en: 'Next-generation IT', content: pciRegistry(PCI_PREFIX) },
  { prefix: '88.107', zh: '新材料', en: 'New materials', content: newMaterials },
  { prefix: '88.108', zh: '新能源', en: 'New energy', content: newEnergy },
];

/** Enterprises with a node of their own. */
export const ENTERPRISES: readonly TreeEntry[] = [
  entry('88.101.1001', '示例整车厂', 'Demo vehicle plant', vehiclePlant),
  entry('88.102.1001', '示例船厂', 'Demo shipyard', shipyard),
  entry('88.103.1001', '示例医疗器械厂', 'Demo medical device plant', medicalPlant),
  entry('88.106.900001', '示例板卡厂', 'Demo board maker', (prefix) => boardMaker(prefix, PCI_PREFIX)),
];

function entry(prefix: string, zh: string, en: string, contentAt: (prefix: string) => NodeContent): TreeEntry {
  return { prefix, zh, en, content: contentAt(prefix) };
}
