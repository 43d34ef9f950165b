import { Command } from 'commander';
import { VERSION } from '../../proto/http/version.ts';
import { auditCommand } from './audit.ts';
import { computedCommand } from './computed.ts';
import { demoCommand } from './demo.ts';
import { enrollCommand } from './enroll.ts';
import { enrolmentCommand } from './enrolment.ts';
import { escrowCommand } from './escrow.ts';
import { exportCommand } from './export.ts';
import { filingCommand } from './filing.ts';
import { grantCommand } from './grant.ts';
import { importCommand } from './import.ts';
import { keygenCommand } from './keygen.ts';
import { loginCommand } from './login.ts';
import { logoutCommand } from './logout.ts';
import { monitorCommand } from './monitor.ts';
import { moveCommand } from './move.ts';
import { nodeCommand } from './node.ts';
import { noticeCommand } from './notice.ts';
import { openapiCommand } from './openapi.ts';
import { orgCommand } from './org.ts';
import { partitionCommand } from './partition.ts';
import { prefixCommand } from './prefix.ts';
import { queryCommand } from './query.ts';
import { registerCommand } from './register.ts';
import { replaceCommand } from './replace.ts';
import { reportCommand } from './report.ts';
import { resolveCommand } from './resolve.ts';
import { reverseCommand } from './reverse.ts';
import { searchCommand } from './search.ts';
import { templateCommand } from './template.ts';
import { tokenCommand } from './token.ts';
import { transferCommand } from './transfer.ts';
import { webhookCommand } from './webhook.ts';
import { withdrawCommand } from './withdraw.ts';

/** The command line, with every command in the order of its help. */
export function createProgram(): Command {
  return new Command('kapok')
    .description('Industrial identifier resolution: run nodes, import and resolve identifiers.')
    .version(VERSION)
    .showHelpAfterError()
    .addCommand(demoCommand())
    .addCommand(nodeCommand())
    .addCommand(resolveCommand())
    .addCommand(registerCommand())
    .addCommand(replaceCommand())
    .addCommand(withdrawCommand())
    .addCommand(importCommand())
    .addCommand(queryCommand())
    .addCommand(searchCommand())
    .addCommand(reverseCommand())
    .addCommand(exportCommand())
    .addCommand(templateCommand())
    .addCommand(computedCommand())
    .addCommand(loginCommand())
    .addCommand(logoutCommand())
    .addCommand(keygenCommand())
    .addCommand(prefixCommand())
    .addCommand(transferCommand())
    .addCommand(tokenCommand())
    .addCommand(grantCommand())
    .addCommand(reportCommand())
    .addCommand(orgCommand())
    .addCommand(filingCommand())
    .addCommand(noticeCommand())
    .addCommand(webhookCommand())
    .addCommand(auditCommand())
    .addCommand(moveCommand())
    .addCommand(escrowCommand())
    .addCommand(partitionCommand())
    .addCommand(monitorCommand())
    .addCommand(enrollCommand())
    .addCommand(enrolmentCommand())
    .addCommand(openapiCommand());
}
