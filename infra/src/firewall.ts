import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnLoggingConfiguration, CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import type { Data } from './data.ts';
import type { HttpApi } from './http-api.ts';
import type { ResolvedProps } from './resolve-props.ts';

/**
 * Rules of AWS's common rule set that count matches instead of blocking them: bodies are JSON questions that
 * are never executed or rendered, and may be larger than the rule's 8 kB if they contain a vector.
 */
const COUNTED_RULES = [
  'SizeRestrictions_BODY',
  'CrossSiteScripting_BODY',
  'GenericLFI_BODY',
  'GenericRFI_BODY',
  'EC2MetaDataSSRF_BODY',
  'CrossSiteScripting_QUERYARGUMENTS',
  'GenericLFI_QUERYARGUMENTS',
  'GenericRFI_QUERYARGUMENTS',
  'SizeRestrictions_QUERYSTRING',
];
/** Rule groups maintained by AWS. */
const MANAGED_GROUPS: readonly { readonly name: string; readonly counted: readonly string[] }[] = [
  { name: 'AWSManagedRulesAmazonIpReputationList', counted: [] },
  { name: 'AWSManagedRulesCommonRuleSet', counted: COUNTED_RULES },
  { name: 'AWSManagedRulesKnownBadInputsRuleSet', counted: [] },
];
const DEFAULT_REQUESTS_PER_5_MINUTES = 2_000;

/**
 * A web application firewall in front of the stage: a rate limit per address, and rule groups maintained by
 * AWS.
 */
export class Firewall extends Construct {
  constructor(
    scope: Construct,
    id: string,
    props: ResolvedProps,
    { data, api }: { readonly data: Data; readonly api: HttpApi },
  ) {
    super(scope, id);
    const settings = typeof props.waf === 'object' ? props.waf : {};
    const limit = settings.requestsPer5Minutes ?? DEFAULT_REQUESTS_PER_5_MINUTES;
    const acl = new CfnWebACL(this, 'Acl', {
      name: props.name,
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visibility(props.name),
      rules: [
        {
          name: 'requests-per-address',
          priority: 0,
          action: { block: {} },
          statement: { rateBasedStatement: { limit, aggregateKeyType: 'IP', evaluationWindowSec: 300 } },
          visibilityConfig: visibility('requests-per-address'),
        },
        ...MANAGED_GROUPS.map(
          ({ name, counted }, position): CfnWebACL.RuleProperty => ({
            name,
            priority: position + 1,
            overrideAction: { none: {} },
            statement: {
              managedRuleGroupStatement: {
                vendorName: 'AWS',
                name,
                ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
              },
            },
            visibilityConfig: visibility(name),
          }),
        ),
      ],
    });
    new CfnWebACLAssociation(this, 'Association', { resourceArn: api.stageArn, webAclArn: acl.attrArn });
    this.#log(props, acl, data);
  }

  #log(props: ResolvedProps, acl: CfnWebACL, { key }: Data): void {
    const logGroup = new LogGroup(this, 'Logs', {
      // The firewall only writes to log groups with this prefix.
      logGroupName: `aws-waf-logs-${props.name}`,
      retention: props.logRetentionDays as RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
      ...(key === undefined ? {} : { encryptionKey: key }),
    });
    const { partition, region, account } = Stack.of(this);
    new CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: acl.attrArn,
      logDestinationConfigs: [
        `arn:${partition}:logs:${region}:${account}:log-group:aws-waf-logs-${props.name}`,
      ],
      // Credentials and questions are not logged.
      redactedFields: [
        { singleHeader: { Name: 'authorization' } },
        { singleHeader: { Name: 'x-api-key' } },
        { queryString: {} },
      ],
      // Only blocked and counted requests are kept: the access log already contains all requests.
      loggingFilter: {
        DefaultBehavior: 'DROP',
        Filters: [
          {
            Behavior: 'KEEP',
            Requirement: 'MEETS_ANY',
            Conditions: [{ ActionCondition: { Action: 'BLOCK' } }, { ActionCondition: { Action: 'COUNT' } }],
          },
        ],
      },
    }).node.addDependency(logGroup);
  }
}

const visibility = (metricName: string): CfnWebACL.VisibilityConfigProperty => ({
  cloudWatchMetricsEnabled: true,
  metricName,
  // Samples would contain complete requests, including credentials.
  sampledRequestsEnabled: false,
});
