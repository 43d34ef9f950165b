import { ALLOTMENT_TRANSITIONS } from '../../src/governance/allotments/allotment.ts';
import { ENROLMENT_TRANSITIONS } from '../../src/governance/enrolment/enrolment.ts';
import { FILING_TRANSITIONS, FIRST_FILING_STATE } from '../../src/governance/filings/filing-machine.ts';
import { drawTable } from '../../src/governance/machine.ts';
import { ORGANISATION_TRANSITIONS } from '../../src/governance/organisations/organisation-machine.ts';
import { TRANSFER_TRANSITIONS } from '../../src/governance/transfers/transfer.ts';
import { WEBHOOK_TRANSITIONS } from '../../src/governance/webhooks/webhook.ts';

/** The state diagram of each table, by the name that docs/governance.md gives it: one line a table. */
export const DIAGRAMS: Readonly<Record<string, string>> = {
  allotment: drawTable(ALLOTMENT_TRANSITIONS, 'free'),
  enrolment: drawTable(ENROLMENT_TRANSITIONS, 'none'),
  filing: drawTable(FILING_TRANSITIONS, FIRST_FILING_STATE),
  organisation: drawTable(ORGANISATION_TRANSITIONS, 'draft'),
  transfer: drawTable(TRANSFER_TRANSITIONS, 'offered'),
  webhook: drawTable(WEBHOOK_TRANSITIONS, 'active'),
};

const MARK = /<!-- diagram: ([\w-]+) -->\n(?:\n?```mermaid\n[\s\S]*?\n```\n)?/g;

/** A document with a diagram behind each mark. */
export function drawDiagrams(markdown: string): string {
  return markdown.replace(MARK, (_, name: string) => {
    const diagram = DIAGRAMS[name];
    if (diagram === undefined) throw new Error(`There is no diagram ${name}`);
    return `<!-- diagram: ${name} -->\n\`\`\`mermaid\n${diagram}\n\`\`\`\n`;
  });
}

/** The names of the diagrams of a document. */
export function namesOfDiagrams(markdown: string): string[] {
  return Array.from(markdown.matchAll(MARK), ([, name]) => name as string);
}
