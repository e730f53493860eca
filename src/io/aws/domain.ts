/** Domains of the AWS partitions except the commercial one and GovCloud, by region prefix. */
const DOMAINS: readonly (readonly [region: string, domain: string])[] = [
  ['cn-', 'amazonaws.com.cn'],
  ['eusc-', 'amazonaws.eu'],
  ['us-iso-', 'c2s.ic.gov'],
  ['us-isob-', 'sc2s.sgov.gov'],
  ['us-isof-', 'csp.hci.ic.gov'],
  ['eu-isoe-', 'cloud.adc-e.uk'],
];

/** Domain of the AWS services in a region (https://docs.aws.amazon.com/general/latest/gr/rande.html). */
export const awsDomain = (region: string): string =>
  DOMAINS.find(([beginning]) => region.startsWith(beginning))?.[1] ?? 'amazonaws.com';

/** Origin of a service in a region, given the first part of its host name. */
export const awsOrigin = (host: string, region: string): string =>
  `https://${host}.${region}.${awsDomain(region)}`;
