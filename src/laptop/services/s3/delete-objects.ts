import { wireError } from '../wire-error.ts';
import { bodyOf, textOf } from './body.ts';
import { type S3Operation, xmlAnswer } from './context.ts';
import { notImplemented, s3Answer } from './errors.ts';
import { type ReadElement, readXml, type XmlElements } from './xml.ts';

const MAX_KEYS = 1_000;

export const deleteObjects: S3Operation = async (request, bucket, context, requestId) => {
  const body = bodyOf(request.incoming);
  if (!body.isChecked) {
    throw wireError(
      'InvalidRequest',
      400,
      'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
    );
  }
  const document = readXml(await textOf(body), 'Delete');
  const isQuiet = document.text('Quiet') === 'true';
  const keys = document.all('Object').map(keyOf);
  if (keys.length === 0 || keys.length > MAX_KEYS) {
    throw wireError('MalformedXML', 400, `A request deletes 1 to ${MAX_KEYS} objects, not ${keys.length}.`);
  }
  const results = await Promise.all(
    keys.map(async (key): Promise<{ readonly deleted: XmlElements } | { readonly failed: XmlElements }> => {
      try {
        await bucket.folder.delete([key]);
        context.kept.delete(bucket.name, key);
        context.changed({ bucket: bucket.name, key, requestId, reason: 'DeleteObject' });
        return { deleted: { Key: key } };
      } catch (error) {
        const { awsCode, message } = s3Answer(error);
        return { failed: { Key: key, Code: awsCode, Message: message } };
      }
    }),
  );
  return xmlAnswer('DeleteResult', {
    Deleted: isQuiet ? [] : results.flatMap((result) => ('deleted' in result ? [result.deleted] : [])),
    Error: results.flatMap((result) => ('failed' in result ? [result.failed] : [])),
  });
};

function keyOf(object: ReadElement): string {
  const unknown = object.children.find(({ name }) => name !== 'Key');
  if (unknown !== undefined) throw notImplemented(`${unknown.name} in DeleteObjects`);
  return object.text('Key') ?? '';
}
