import { listingSuite } from '../conformance/services/s3-listing-suite.ts';
import { multipartSuite } from '../conformance/services/s3-multipart-suite.ts';
import { objectsSuite } from '../conformance/services/s3-objects-suite.ts';
import { freshS3Place, testS3 } from './environment.ts';

/** The cases that the laptop's S3 passes, on a server that others have written. */
const bucket = async () => ({ ...testS3(), bucket: (await freshS3Place()).location.bucket });

listingSuite('versitygw', bucket, {
  'has no more pages than it needs': 'versitygw may give an empty last page',
  'starts after a key in the middle of a common beginning': 'versitygw then leaves the beginning out',
  'encodes keys when it is asked to': 'versitygw never does',
});
objectsSuite('versitygw', bucket);
multipartSuite('versitygw', bucket, {
  'is unknown once it is complete': 'versitygw completes it again',
  'is refused for the order of its parts before their size': 'versitygw looks at the size first',
  'takes no checksum of a part that it was not begun with': 'versitygw takes any',
});
