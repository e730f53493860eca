/**
 * Domains of the AWS partitions except the commercial one and GovCloud, by region prefix: of the usual endpoints, and
 * of those that also have IPv6 addresses.
 */
const DOMAINS: readonly (readonly [region: string, domain: string, dualStackDomain: string])[] = [
  ['cn-', 'amazonaws.com.cn', 'api.amazonwebservices.com.cn'],
  ['eusc-', 'amazonaws.eu', 'api.amazonwebservices.eu'],
  ['us-iso-', 'c2s.ic.gov', 'api.aws.ic.gov'],
  ['us-isob-', 'sc2s.sgov.gov', 'api.aws.scloud'],
  ['us-isof-', 'csp.hci.ic.gov', 'api.aws.hci.ic.gov'],
  ['eu-isoe-', 'cloud.adc-e.uk', 'api.cloud-aws.adc-e.uk'],
];

const partitionOf = (region: string) => DOMAINS.find(([beginning]) => region.startsWith(beginning));

/** Domain of the AWS services in a region (https://docs.aws.amazon.com/general/latest/gr/rande.html). */
export const awsDomain = (region: string): string => partitionOf(region)?.[1] ?? 'amazonaws.com';

/** Origin of a service in a region, given the first part of its host name. */
export const awsOrigin = (host: string, region: string): string =>
  `https://${host}.${region}.${awsDomain(region)}`;

/** Origin of a service that has only dual-stack endpoints, for example S3 Vectors. */
export const awsDualStackOrigin = (host: string, region: string): string =>
  `https://${host}.${region}.${partitionOf(region)?.[2] ?? 'api.aws'}`;
