import { Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { InfraError } from '../infra-error.ts';
import { checkPlace, parseArn } from './check-place.ts';

const BUCKET_NAME = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;

/** The name of a vector bucket that is given by name or ARN. @throws InfraError */
export function vectorBucketName(scope: Construct, given: string): string {
  if (Token.isUnresolved(given)) return given;
  const arn = given.startsWith('arn:')
    ? parseArn('s3Vectors.bucket', given, 's3vectors', 'bucket/')
    : undefined;
  if (arn !== undefined) checkPlace(scope, 's3Vectors.bucket', arn);
  const name = arn?.resource ?? given;
  if (BUCKET_NAME.test(name)) return name;
  throw new InfraError(
    `s3Vectors.bucket is '${given}': it must be the name or the ARN of a vector bucket (3 to 63 lower-case letters, digits and hyphens).`,
  );
}
