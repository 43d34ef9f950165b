import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { getFile, MAX_FILE_BYTES, type UploadedFile, uploadFile } from '../../../proto/http/files.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { decodePath } from '../../identifier/percent-encoding.ts';
import { parsePrefix } from '../../identifier/prefix.ts';
import { fileText, hashOfBytes } from '../../registry/files/file-name.ts';
import { fileTypeOf } from '../../registry/files/file-type.ts';
import { type FileInfo, findFiles, readBytes, storeFile } from '../../registry/files/files.ts';
import { getHostedPrefix } from '../../registry/hosted-prefix.ts';
import { findRequestCaller, isTrusted } from '../caller.ts';
import { isKnownTag } from '../etag.ts';
import { readBytesAlone } from '../json-body.ts';
import { getText, readFlag } from '../query-string.ts';
import { type Handler, route } from '../route.ts';
import type { Services } from '../services.ts';

/** What browsers show rather than save; none of it can run anything. */
const SHOWN: readonly string[] = ['image/png', 'image/jpeg', 'application/pdf'];

/** Files 附件: uploaded below a prefix, named by values of its records. */
export function fileRoutes(app: FastifyInstance, services: Services): void {
  const { database, prefixes } = services;

  app.register((scope, _options, registered) => {
    readBytesAlone(scope);
    const handler: Handler<typeof uploadFile> = async (request, reply, admission) => {
      const prefix = parsePrefix(getText(request, 'prefix'));
      admission.writable(prefixes, prefix);
      const name = readName(request);
      const bytes = readBody(request);
      const type = fileTypeOf(bytes, { name, claimed: claimedType(request) });
      const sha256 = hashOfBytes(bytes);
      const open = readFlag(request, 'public') ?? false;
      const file = { prefix, sha256, size: bytes.length, type, name, bytes, public: open, actor: admission.caller.id };
      const { stored, created } = await storeFile(database, file);
      return reply.code(created ? 201 : 200).send(jsonOf(stored));
    };
    route(scope, services, uploadFile, handler, { bodyLimit: MAX_FILE_BYTES });
    registered();
  });

  route(app, services, getFile, async (request, reply) => {
    const file = await findReadable(services, request);
    const etag = `"${file.sha256.toString('hex')}"`;
    describe(reply, file).header('etag', etag);
    if (isKnownTag(request.headers['if-none-match'], etag)) return reply.code(304).send();
    const bytes = await readBytes(database, file);
    if (bytes === null) throw new Error('A file that was there is gone');
    return reply.send(bytes);
  });
}

/** A file that is not public does not exist, as far as strangers are told. */
async function findReadable(services: Services, request: FastifyRequest): Promise<FileInfo> {
  const { prefix: named = '', sha256 = '' } = request.params as Record<string, string>;
  const prefix = parsePrefix(decodePath(named));
  const caller = await findRequestCaller(services, request);
  getHostedPrefix(services.prefixes, prefix);
  const known = /^[0-9a-f]{64}$/.test(sha256);
  const [file] = known ? await findFiles(services.database, prefix, [Buffer.from(sha256, 'hex')]) : [];
  if (file?.public) return file;
  if (!isTrusted(caller, 'records.read', prefix))
    throw new KapokError(caller === null ? 'UNAUTHENTICATED' : 'FORBIDDEN', { subject: prefix });
  if (file === undefined) throw new KapokError('FILE_NOT_FOUND', { subject: prefix });
  return file;
}

/** The bytes came from a stranger: nothing of them is run, and nothing is made of them but what they were found to be. */
function describe(reply: FastifyReply, { type, name, public: open }: FileInfo): FastifyReply {
  const disposition = SHOWN.includes(type) ? 'inline' : 'attachment';
  return (
    reply
      .type(type.startsWith('text/') ? `${type};charset=utf-8` : type)
      .header('content-disposition', `${disposition}; filename*=UTF-8''${encodeName(name)}`)
      .header('x-content-type-options', 'nosniff')
      .header('content-security-policy', "default-src 'none'; sandbox")
      // A prefix may be suspended: whoever keeps a copy asks whether it still holds.
      .header('cache-control', open ? 'public, no-cache' : 'private, no-store')
  );
}

/** RFC 8187 §3.2.1. */
function encodeName(name: string): string {
  return encodeURIComponent(name).replace(/['()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}

function readName(request: FastifyRequest): string {
  const name = getText(request, 'name');
  if (name !== '' && name.length <= 255) return name;
  throw new KapokError('BAD_REQUEST', { message: 'name must have 1 to 255 characters', at: 'name' });
}

function readBody({ body }: FastifyRequest): Buffer {
  if (Buffer.isBuffer(body) && body.length > 0) return body;
  throw new KapokError('BAD_REQUEST', { message: 'The body is the file, and it is empty', at: 'body' });
}

function claimedType({ headers }: FastifyRequest): string | null {
  return headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? null;
}

function jsonOf({ prefix, sha256, size, type, name, public: open }: FileInfo): UploadedFile {
  return { file: fileText(sha256), prefix, name, size, type, public: open };
}
