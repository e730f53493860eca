import type { Method, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { acknowledge } from './acknowledge.ts';
import type { AuthProps } from './props.ts';
import type { ResolvedProps } from './resolve-props.ts';

/** Why callers are not authenticated by a Cognito user pool. */
const NO_COGNITO: Readonly<Record<AuthProps['kind'], string>> = {
  iam: 'Requests are signed with AWS credentials (SigV4).',
  'api-key': 'Callers are programs with an API key.',
  jwt: 'Tokens of any OpenID issuer are checked by an authorizer of our own; Cognito can be that issuer.',
  none: 'The owner of this deployment chose that everyone may ask (auth: none).',
};
const NO_AUTHORIZER: Readonly<Partial<Record<AuthProps['kind'], string>>> = {
  'api-key': 'Methods ask for an API key; API Gateway calls that no authorization.',
  none: 'The owner of this deployment chose that everyone may ask (auth: none).',
};

/** Acknowledges the findings that rule packs report for every method. */
export function acknowledgeMethod(method: Method, kind: AuthProps['kind']): void {
  const reason = NO_AUTHORIZER[kind];
  acknowledge(method, {
    'AwsSolutions-COG4': NO_COGNITO[kind],
    ...(reason === undefined ? {} : { 'AwsSolutions-APIG4': reason }),
  });
}

/** Acknowledges the findings that rule packs report for the API. */
export function acknowledgeApi(api: RestApi, props: ResolvedProps): void {
  acknowledge(api, {
    'AwsSolutions-APIG2':
      'Functions check every request against one schema and tell which field is wrong; a second schema in the gateway would differ from it some day.',
  });
  if (props.apiGatewayLogRole !== false) {
    acknowledge(api, {
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]':
        'API Gateway documents exactly this policy for the role by which it writes the logs of all APIs of a region.',
    });
  }
  if (!props.waf) {
    acknowledge(api, {
      'AwsSolutions-APIG3':
        'A firewall has a monthly price even when nobody asks: it is an option (waf). Stage and methods are throttled without it.',
    });
  }
}
