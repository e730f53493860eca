/** An instance type with the name of its price per hour. */
export interface Instance {
  readonly type: string;
  readonly price: string;
  readonly memoryGib: number;
  /** Processors that it may use all the time; burstable types have a share of them as baseline. */
  readonly cpus: number;
}

const instance = (service: string, type: string, memoryGib: number, cpus: number): Instance => ({
  type,
  price: `${service}.${type}`,
  memoryGib,
  cpus,
});

const memoryOptimised = (service: string): readonly Instance[] => [
  instance(service, 'r7g.large', 16, 2),
  instance(service, 'r7g.xlarge', 32, 4),
  instance(service, 'r7g.2xlarge', 64, 8),
  instance(service, 'r7g.4xlarge', 128, 16),
  instance(service, 'r7g.8xlarge', 256, 32),
  instance(service, 'r7g.12xlarge', 384, 48),
  instance(service, 'r7g.16xlarge', 512, 64),
];

/**
 * Data nodes of a managed OpenSearch domain, by price.
 * Source: https://docs.aws.amazon.com/opensearch-service/latest/developerguide/supported-instance-types.html
 */
export const SEARCH_INSTANCES: readonly Instance[] = [
  instance('opensearch', 't3.small', 2, 0.4),
  instance('opensearch', 't3.medium', 4, 0.4),
  instance('opensearch', 'r7g.medium', 8, 1),
  ...memoryOptimised('opensearch'),
];

/** EC2 instances, by price. Source: https://aws.amazon.com/ec2/instance-types/ */
export const SERVER_INSTANCES: readonly Instance[] = [
  instance('ec2', 't4g.small', 2, 0.4),
  instance('ec2', 't4g.medium', 4, 0.4),
  instance('ec2', 't4g.large', 8, 0.6),
  ...memoryOptimised('ec2'),
];

/** The need of a fleet. */
export interface Need {
  /** Bytes that all instances together hold. */
  readonly bytes: number;
  /** Processors that all instances together need. */
  readonly cpus: number;
  /** Instances, at least. */
  readonly count: number;
}

/**
 * The smallest type of which `count` instances suffice; if none does, as many of the largest as necessary.
 * @param usableBytes bytes of an instance that may hold the index
 */
export function chooseInstances(
  types: readonly Instance[],
  { bytes, cpus, count }: Need,
  usableBytes: (instance: Instance) => number,
): { readonly instance: Instance; readonly count: number } {
  const fits = types.find((type) => count * usableBytes(type) >= bytes && count * type.cpus >= cpus);
  if (fits !== undefined) return { instance: fits, count };
  const largest = types.at(-1)!;
  return {
    instance: largest,
    count: Math.max(count, Math.ceil(bytes / usableBytes(largest)), Math.ceil(cpus / largest.cpus)),
  };
}
