import { listingSuite } from '../conformance/services/s3-listing-suite.ts';
import { multipartSuite } from '../conformance/services/s3-multipart-suite.ts';
import { objectsSuite } from '../conformance/services/s3-objects-suite.ts';
import { freshS3Place, testS3 } from './environment.ts';

/** Runs the suites of the laptop's S3 against an independent implementation. */
const bucket = async () => ({ ...testS3(), bucket: (await freshS3Place()).location.bucket });

listingSuite('versitygw', bucket, {
  'returns no more pages than necessary': 'versitygw may return an empty last page',
  'starts after a key within a common prefix': 'versitygw then omits the prefix',
  'encodes keys on request': 'versitygw never encodes them',
});
objectsSuite('versitygw', bucket);
multipartSuite('versitygw', bucket, {
  'is unknown after its completion': 'versitygw completes it again',
  'reports a wrong order of parts before their size': 'versitygw checks the size first',
  'refuses part checksums if it was created without an algorithm': 'versitygw accepts any',
});
